#!/bin/sh
# Has a master chosen even when it was noticed late that there is none. A sentinel takes no replica that had been without a
# master for longer than ten times `down-after-milliseconds` when it noticed. After a name server that was silent, or when
# all sentinels were away, that may be true of every replica, and then nobody would ever be the master. What runs beside a
# sentinel is `late`: it raises that setting for as long as no master answers.

# own WORDS...: what this pod's sentinel answers over the pod's own loopback, where it may still have a certificate of an
# authority that is no longer in the files. The user is the sentinels' own, whose password no other pod has. Without
# `timeout`: BusyBox' leaves a process behind each time, and the sentinel, as the first process, logs the end of each.
own() {
  set -- -p 26379 sentinel "$@"
  if [ "$TLS" = yes ]; then set -- --tls --insecure "$@"; fi
  if [ -f /etc/redis-keys/sentinel ]; then
    REDISCLI_AUTH=$(cat /etc/redis-keys/sentinel)
    export REDISCLI_AUTH
    set -- --no-auth-warning --user sentinel "$@"
  fi
  redis-cli "$@" 2>/dev/null
}

# value NAME TEXT: what follows a name, each on a line of its own; 0 when it is not there.
value() {
  found=$(printf '%s\n' "$2" | sed -n "/^$1\$/{n;p;q;}")
  echo "${found:-0}"
}

# without: for how many milliseconds the replica has been without a master that lost it last. One that never had it, and so
# has nothing, does not count; 0 when nothing is known.
without() {
  own replicas "$MASTER_NAME" | {
    shortest=
    flags=
    while read -r name && read -r value; do
      case $name in flags) flags=$value ;; esac
      if [ "$name" != master-link-down-time ] || [ "$value" -lt 0 ]; then continue; fi
      case $flags in *down* | *disconnected*) continue ;; esac
      if [ -z "$shortest" ] || [ "$value" -lt "$shortest" ]; then shortest=$value; fi
    done
    echo "${shortest:-0}"
  }
}

# longer SILENT AFTER DOWN: what the setting has to be for a master that is silent for so long and called down for so long, with
# the setting as it is; nothing when it will do. Less than the silence, so that the master stays down.
longer() {
  # With some time to spare: before the master is called down, every look finds more.
  accepted=$(($(without) + 5000 - $3))
  more=$(($1 * 9 / 10))
  if [ "$accepted" -gt $(($2 * 10)) ] && [ "$accepted" -le $((more * 10)) ]; then echo "$more"; fi
}

# become MILLISECONDS WHY: changes the setting, which the sentinel keeps in its file, and says so.
become() {
  if [ "$(own set "$MASTER_NAME" down-after-milliseconds "$1")" = OK ]; then echo "down-after-milliseconds is $1: $2"; fi
}

# late: for as long as the container runs.
late() {
  configured=$(sed -n 's/^sentinel down-after-milliseconds .* //p' /etc/redis/master.conf)
  while sleep 2; do
    master=$(own master "$MASTER_NAME")
    after=$(value down-after-milliseconds "$master")
    silent=$(value last-ping-sent "$master")
    if [ "$silent" -gt "$configured" ]; then
      more=$(longer "$silent" "$after" "$(value s-down-time "$master")")
      if [ -n "$more" ]; then become "$more" "no replica would be taken, and no master answers for $silent ms"; fi
    elif [ "$after" -gt 0 ] && [ "$after" -ne "$configured" ]; then
      become "$configured" "a master answers"
    fi
  done
}
