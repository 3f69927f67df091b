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

# discover: the master as those know it that are awake; nothing when nobody does, and `later` when this pod must not be there
# before another is the master.
discover() {
  host=$(named "$QUORUM")
  if [ "$host" = "$ME" ]; then
    # The others still follow this pod, which has lost what it held in memory: whoever has it takes over.
    host=$(hand_over)
    host=${host:-$ME}
  fi
  seen=$(look)
  living=$(best_master "$seen")
  if [ -z "$host" ]; then host=$living; fi
  if [ -z "$host" ]; then
    host=$(followed "$seen")
    # Only sentinels can turn its replicas away from a master that has nothing left.
    if [ "$host" = "$ME" ] && ! has_data; then host=; fi
  fi
  # One that has nothing would be copied as the master, and might be chosen as a replica, while another still has everything.
  if [ -z "$living" ] && ! has_data && printf '%s\n' "$seen" | grep -q '^replica some '; then host=later; fi
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
master=$(discover)
while [ "$master" = later ] || [ -z "$master" ]; do
  if [ -n "$master" ]; then late=yes; fi
  if [ -n "$late" ]; then
    if [ $(($(now) - started)) -ge "$LONG_PATIENCE" ]; then
      echo "another has what this one has not, and no sentinel made it the master for $LONG_PATIENCE seconds"
      master=$(named "$QUORUM")
      break
    fi
  elif [ "$try" -gt "$PATIENCE" ]; then
    break
  fi
  sleep 0.5
  try=$((try + 1))
  master=$(discover)
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
