# Builds with docker, podman and buildah. BASE is any Debian with Python 3.11 or newer and its venv module.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
WORKDIR /app
COPY requirements.lock ./
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-input \
        --require-hashes --only-binary=:all: -r requirements.lock
COPY . .
# The static files are gathered with production's settings; these values are looked at here and kept nowhere.
RUN AOMORI_ENV=prod AOMORI_VAR=/tmp/var STATIC_ROOT=/app/staticfiles \
    SECRET_KEY=only-while-the-image-is-built-0123456789abcdefghijkl ALLOWED_HOSTS=localhost \
    DATABASE_URL=postgres://127.0.0.1/none REDIS_URL=redis://127.0.0.1/0 \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q aomori_dx staff training stages reports

FROM ${BASE}
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AOMORI_ENV=prod \
    AOMORI_VAR=/app/var \
    STATIC_ROOT=/app/staticfiles \
    BIND=0.0.0.0:8000 \
    WEB_ACCESS_LOG=-
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
RUN groupadd --gid 10001 aomori \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin aomori \
    && install -d -o aomori -g aomori /app/var
USER 10001:10001
VOLUME /app/var
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz/', timeout=4)"]
CMD ["gunicorn", "-c", "python:aomori_dx.web_server", "aomori_dx.wsgi:application"]
