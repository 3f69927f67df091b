#!/bin/sh
# Starts Redis as what it has to be now, at every start of its container: an init container would not run again after a
# crash, and a master that comes back as one beside another loses what either of them takes.
set -u
# shellcheck source=/dev/null
. /etc/redis/common.sh

configuration=/data/redis.conf

# remembered: whom this Redis followed when it last ran; itself when it was the master, nothing when it never ran.
remembered() {
  if [ ! -f "$configuration" ]; then return 0; fi
  last=$(sed -n 's/^replicaof \([^ ]*\) .*/\1/p' "$configuration")
  echo "${last:-$ME}"
}

# has_data: whether there is something on the disk to begin with.
has_data() {
  [ -f /data/dump.rdb ] || [ -d /data/appendonlydir ]
}

# missed SEEN: whether others that follow this pod have something, which they would lose to a master that has nothing.
missed() {
  printf '%s\n' "$1" | grep -q "^replica some - $ME\$"
}

# discover TRY: the master as those know it that are awake; nothing when nobody does, and `later` when only the sentinels can
# turn those away from this pod that have what it has lost. TRY counts how often that was asked.
discover() {
  host=$(named "$QUORUM")
  if [ "$host" = "$ME" ]; then
    # Sentinels that have just begun would choose whoever answered them first, be it with nothing.
    if [ "$1" -gt 1 ]; then sleep 2; fi
    # The others still follow this pod, which has lost what it held in memory: whoever has it takes over.
    host=$(hand_over)
    if [ -z "$host" ]; then
      host=$ME
      if ! has_data && missed "$(look)"; then host=later; fi
    fi
  elif [ -z "$host" ]; then
    seen=$(look)
    host=$(best_master "$seen")
    if [ -z "$host" ]; then host=$(followed "$seen"); fi
    if [ "$host" = "$ME" ] && ! has_data; then
      host=
      if missed "$seen"; then host=later; fi
    fi
  fi
  echo "$host"
}

# alone: whom to follow when nobody answers. The first pod is the master of a first start and of nothing else.
alone() {
  host=$(remembered)
  if [ -z "$host" ]; then host=${REDIS_HOSTS%% *}; fi
  echo "$host"
}

# configured MASTER: the configuration of the ConfigMap with what differs from pod to pod and from start to start.
configured() {
  cat /etc/redis/redis.conf
  echo "replica-announce-ip $ME"
  if [ -f /etc/redis-keys/replica ]; then
    echo "masteruser replica"
    echo "masterauth $(cat /etc/redis-keys/replica)"
  fi
  if [ "$1" != "$ME" ]; then echo "replicaof $1 6379"; fi
}

started=$(now)
try=1
late=
master=$(discover "$try")
while [ "$master" = later ] || [ -z "$master" ]; do
  if [ -n "$master" ]; then late=yes; fi
  if [ -n "$late" ]; then
    if [ $(($(now) - started)) -ge "$LONG_PATIENCE" ]; then
      echo "another has what this one had, and no sentinel made it the master for $LONG_PATIENCE seconds"
      master=$(named "$QUORUM")
      break
    fi
  elif [ "$try" -gt "$PATIENCE" ]; then
    break
  fi
  sleep 0.5
  try=$((try + 1))
  master=$(discover "$try")
done
if [ -z "$master" ]; then master=$(alone); fi
echo "the master is $master"
umask 077
configured "$master" >"$configuration.new"
mv "$configuration.new" "$configuration"
unset REDISCLI_AUTH
if [ "$TLS" = yes ]; then
  # shellcheck source=/dev/null
  . /etc/redis/renew.sh
  renew reload &
fi
exec redis-server "$configuration"
