#!/bin/sh
# What the entrypoint of the official image does for what we emit: a first start makes the database with the password from
# a file and runs the scripts of /docker-entrypoint-initdb.d; every start then becomes the server. By its other name,
# `docker-ensure-initdb.sh`, it ends when the database is made.
set -eu
only_make=
[ "${0##*/}" != docker-ensure-initdb.sh ] || only_make=yes
[ "$1" = "${1#-}" ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

mkdir -p "$PGDATA"
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # initdb asks for the name of its user, and users of pods have none.
    if ! getent passwd "$(id -u)" >/dev/null; then
        NSS_WRAPPER_PASSWD=$(mktemp)
        NSS_WRAPPER_GROUP=$(mktemp)
        export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
        echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
        echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
        export LD_PRELOAD=libnss_wrapper.so
    fi
    initdb --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE"
    unset LD_PRELOAD
    [ -z "${NSS_WRAPPER_PASSWD:-}" ] || rm "$NSS_WRAPPER_PASSWD" "$NSS_WRAPPER_GROUP"
    printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses=''" --wait start
    for script in /docker-entrypoint-initdb.d/*.sh; do
        # Those that may not be executed are read into this shell.
        # shellcheck source=/dev/null
        if [ -x "$script" ]; then "$script"; elif [ -e "$script" ]; then . "$script"; fi
    done
    pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
fi
[ -z "$only_make" ] || exit 0
exec "$@"
