"""The pages for what went wrong."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    return render(
        request,
        "errors/403.html",
        {"reason": "画面の有効期限が切れました。前の画面に戻り、再読み込みしてからやり直してください。"},
        status=403,
    )
