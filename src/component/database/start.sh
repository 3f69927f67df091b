# Makes a database beside its place and moves it there when it is whole. The image takes whatever is there for a database,
# also what a first start left that was killed in the middle.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.new"
  for other in /var/lib/postgresql/*/PG_VERSION /var/lib/postgresql/*/docker/PG_VERSION /var/lib/postgresql/data/*/docker/PG_VERSION; do
    if [ -s "$other" ]; then
      echo "${other%/*} holds a database of PostgreSQL $(cat "$other"): set database.version back, or dump it into a new volume" >&2
      exit 1
    fi
  done
  PGDATA=$PGDATA.new docker-ensure-initdb.sh "$@"
  sync
  mv -T "$PGDATA.new" "$PGDATA"
fi
exec docker-entrypoint.sh "$@"
