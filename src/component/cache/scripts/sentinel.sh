#!/bin/sh
# Starts a sentinel. It never invents a master: it takes the one that the other sentinels name, or waits until most Redis
# pods answer and takes the one among them. After a while it believes too few sentinels as well. What a crashed sentinel knew
# is kept.
set -u
# shellcheck source=/dev/null
. /etc/redis/common.sh

configuration=/data/sentinel.conf

# present SECONDS: the master that is known now; nothing as long as too few answer. SECONDS is for how long that was asked.
present() {
  host=$(named "$QUORUM")
  if [ -z "$host" ]; then
    seen=$(look)
    all=0
    for host in $REDIS_HOSTS; do all=$((all + 1)); done
    host=
    most=
    if [ $(($(printf '%s\n' "$seen" | grep -c .) * 2)) -gt "$all" ]; then
      most=yes
      host=$(best_master "$seen")
    fi
    if [ -z "$host" ] && [ "$1" -ge 6 ]; then
      # Too few sentinels are left for a quorum. What they name, as long as they agree, may be dead or no master any more:
      # together with this one they find that out and choose, and who knows of a later election tells them.
      host=$(named 1 | sed -n '1{$p;}')
      # A master that died before anybody watched it is known by its replicas alone.
      if [ -z "$host" ] && [ -n "$most" ]; then host=$(followed "$seen"); fi
    fi
  fi
  echo "$host"
}

# configured MASTER: names may be used from the first line on, so that no line below is read without them.
configured() {
  cat /etc/redis/sentinel.conf
  echo "sentinel announce-ip $ME"
  echo "sentinel monitor $MASTER_NAME $1 6379 $QUORUM"
  cat /etc/redis/master.conf
  if [ -f /etc/redis-keys/sentinel ]; then
    echo "sentinel auth-user $MASTER_NAME sentinel"
    echo "sentinel auth-pass $MASTER_NAME $(cat /etc/redis-keys/sentinel)"
    echo "sentinel sentinel-user sentinel"
    echo "sentinel sentinel-pass $(cat /etc/redis-keys/sentinel)"
  fi
  # So it can make one of them the master even if it never saw this one alive.
  for host in $REDIS_HOSTS; do
    if [ "$host" != "$1" ]; then echo "sentinel known-replica $MASTER_NAME $host 6379"; fi
  done
}

if [ ! -f "$configuration" ]; then
  started=$(now)
  master=$(present 0)
  while [ -z "$master" ]; do
    sleep 0.5
    master=$(present $(($(now) - started)))
  done
  echo "the master is $master"
  umask 077
  configured "$master" >"$configuration.new"
  mv "$configuration.new" "$configuration"
fi
unset REDISCLI_AUTH
# shellcheck source=/dev/null
. /etc/redis/late.sh
late &
if [ "$TLS" = yes ]; then
  # shellcheck source=/dev/null
  . /etc/redis/renew.sh
  renew end "$$" &
fi
exec redis-server "$configuration" --sentinel
