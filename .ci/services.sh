# PostgreSQL and Redis for the tests: those that run and let us in, else our own, installed from Debian's packages.
# Sourced. Sets POSTGRES (a URL without a database) and REDIS (one without a number); stop_services ends our own.

SERVICES=$(mktemp -d)
OWN_POSTGRES_PORT=15432
OWN_REDIS_PORT=16379

need() { # need COMMAND PACKAGE...: install the packages unless the command (or file) is there
    local wanted=$1
    shift
    command -v "$wanted" >/dev/null || compgen -G "$wanted" >/dev/null && return
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

postgres_answers() { psql -w -q -h 127.0.0.1 -p "$1" -U postgres -c "SELECT 1" postgres >/dev/null 2>&1; }

redis_answers() { [ "$(redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null)" = PONG ]; }

start_postgres() {
    need psql postgresql-client
    if postgres_answers 5432; then
        POSTGRES=postgres://postgres@127.0.0.1:5432
        return
    fi
    need '/usr/lib/postgresql/*/bin/initdb' postgresql
    local bin
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
    chmod 755 "$SERVICES"
    install -d -o postgres "$SERVICES/postgres"
    as_postgres "$bin/initdb" -D "$SERVICES/postgres" --auth trust --encoding UTF8 --locale C.UTF-8 >/dev/null
    as_postgres "$bin/pg_ctl" -D "$SERVICES/postgres" -l "$SERVICES/postgres/log" -w \
        -o "-p $OWN_POSTGRES_PORT -c listen_addresses=127.0.0.1 -c fsync=off -k $SERVICES/postgres" start >/dev/null
    OWN_POSTGRES=$bin
    postgres_answers "$OWN_POSTGRES_PORT"
    POSTGRES=postgres://postgres@127.0.0.1:$OWN_POSTGRES_PORT
}

as_postgres() { (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@"); }

start_redis() {
    need redis-server redis-server
    if redis_answers 6379; then
        REDIS=redis://127.0.0.1:6379
        return
    fi
    redis-server --port "$OWN_REDIS_PORT" --bind 127.0.0.1 --save "" --appendonly no \
        --dir "$SERVICES" --pidfile "$SERVICES/redis.pid" --daemonize yes >/dev/null
    OWN_REDIS=yes
    for _ in $(seq 50); do
        redis_answers "$OWN_REDIS_PORT" && break
        sleep 0.1
    done
    redis_answers "$OWN_REDIS_PORT"
    REDIS=redis://127.0.0.1:$OWN_REDIS_PORT
}

stop_services() {
    [ -z "${OWN_POSTGRES:-}" ] || as_postgres "$OWN_POSTGRES/pg_ctl" -D "$SERVICES/postgres" -m immediate stop >/dev/null || true
    [ -z "${OWN_REDIS:-}" ] || kill "$(cat "$SERVICES/redis.pid")" || true
    rm -rf "$SERVICES"
}
