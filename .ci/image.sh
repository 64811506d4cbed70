#!/usr/bin/env bash
# Builds the container image for real, without a container engine: buildah on a base made by debootstrap. Then starts
# the web server inside, as the image's own user, and asks it how it is. Needs root on Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
BASE=${BASE:-localhost/aomori-base}
IMAGE=${IMAGE:-localhost/aomori-dx}
SUITE=${SUITE:-bookworm}

if ! { command -v buildah && command -v debootstrap; } >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends buildah debootstrap >/dev/null
fi

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

if ! buildah inspect --type image "$BASE" >/dev/null 2>&1; then
    echo "── base: Debian $SUITE with Python"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,tzdata "$SUITE" "$WORK/base" "$mirror" \
        >"$WORK/debootstrap.log" || { tail -n 20 "$WORK/debootstrap.log"; exit 1; }
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$WORK/base" / >/dev/null
    buildah commit --quiet --rm "$container" "$BASE" >/dev/null
fi

echo "── image"
buildah bud --format docker --network host --volume /etc/ssl/certs:/etc/ssl/certs:ro --build-arg "BASE=$BASE" --tag "$IMAGE" .

echo "── a look inside"
container=$(buildah from "$IMAGE")
buildah run --env AOMORI_ENV=dev --env BIND=127.0.0.1:18139 "$container" -- sh -euc '
    id -u
    python --version
    test -f staticfiles/staticfiles.json
    if touch /app/manage.py 2>/dev/null; then exit 1; fi
    python manage.py migrate --no-input --verbosity 0
    gunicorn -c python:aomori_dx.web_server aomori_dx.wsgi:application >/tmp/web.log 2>&1 &
    web=$!
    trap "kill $web 2>/dev/null; wait $web || true" EXIT
    for _ in $(seq 60); do
        python -c "import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:18139/healthz/\").read().decode())" \
            >/tmp/answer 2>/dev/null && break
        sleep 0.5
    done
    cat /tmp/answer
    grep -q "\"database\": {\"ok\": true}" /tmp/answer
    # The answer was that of this server, and not of another one on its port.
    kill -0 $web && ! grep -q "in use" /tmp/web.log || { cat /tmp/web.log; exit 1; }'
buildah rm "$container" >/dev/null
echo "Built $IMAGE: $(buildah images --format '{{.Size}}' "$IMAGE")"
