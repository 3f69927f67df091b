#!/bin/sh
# What the scripts of Redis and of the sentinels share. The container says in its environment:
#   ME              the name by which the others call this pod
#   REDIS_HOSTS     every Redis, master or not
#   SENTINEL_HOSTS  every sentinel
#   QUORUM          how many sentinels have to agree
#   MASTER_NAME     what the sentinels call the master, whoever it is
#   TLS             `yes`, or nothing
#   PATIENCE        how many half seconds to wait for somebody who knows, before a Redis relies on its own memory
#   LONG_PATIENCE   how many seconds to wait for a master when it has nothing, and another still has everything

# The password goes to redis-cli by its environment, because everybody on a node sees command lines.
if [ -f /etc/redis-keys/keeper ]; then
  REDISCLI_AUTH=$(cat /etc/redis-keys/keeper)
  export REDISCLI_AUTH
fi

# ask HOST PORT WORDS...: what a server answers; nothing when another one says nothing for two seconds. Probes ask this pod's
# own every few seconds: BusyBox' `timeout` would each time leave a process behind that Redis, as the first one, never ends.
ask() {
  ask_host=$1
  ask_port=$2
  shift 2
  set -- -h "$ask_host" -p "$ask_port" "$@"
  if [ "$TLS" = yes ]; then set -- --tls --cacert /etc/redis-tls/ca.crt "$@"; fi
  if [ -n "${REDISCLI_AUTH:-}" ]; then set -- --no-auth-warning --user keeper "$@"; fi
  set -- redis-cli "$@"
  if [ "$ask_host" != 127.0.0.1 ]; then set -- timeout 2 "$@"; fi
  "$@" 2>/dev/null | tr -d '\r'
}

# field NAME TEXT: a line of what INFO said.
field() {
  printf '%s\n' "$2" | sed -n "s/^$1://p"
}

# now: a clock in seconds that nobody sets. What waits for answers is not counted in rounds: one may take many seconds.
now() {
  read -r up _ </proc/uptime
  echo "${up%.*}"
}

# named VOTES: the master that at least so many sentinels name; nothing when there is no such host.
named() {
  answers=
  for sentinel in $SENTINEL_HOSTS; do
    answers="$answers $(ask "$sentinel" 26379 sentinel get-master-addr-by-name "$MASTER_NAME" | sed -n 1p)"
  done
  for candidate in $REDIS_HOSTS; do
    votes=0
    for answer in $answers; do
      if [ "$answer" = "$candidate" ]; then votes=$((votes + 1)); fi
    done
    if [ "$votes" -ge "$1" ]; then echo "$candidate"; fi
  done
}

# look: what every other Redis says of itself, a line each: `master REPLICAS OFFSET HOST` or `replica KEYS - ITS-MASTER`, with
# `some` or `none`.
look() {
  for host in $REDIS_HOSTS; do
    if [ "$host" = "$ME" ]; then continue; fi
    info=$(ask "$host" 6379 info)
    case $(field role "$info") in
      master) echo "master $(field connected_slaves "$info") $(field master_repl_offset "$info") $host" ;;
      slave)
        keys=none
        if printf '%s\n' "$info" | grep -q '^db[0-9]'; then keys=some; fi
        echo "replica $keys - $(field master_host "$info")"
        ;;
    esac
  done
}

# best_master SEEN: of those that are masters the one with the most replicas, then the one with the most data.
best_master() {
  best=
  most=-1
  furthest=-1
  while read -r role replicas offset host; do
    if [ "$role" != master ] || [ "$replicas" -lt "$most" ]; then continue; fi
    if [ "$replicas" -eq "$most" ] && [ "$offset" -le "$furthest" ]; then continue; fi
    best=$host
    most=$replicas
    furthest=$offset
  done <<END
$1
END
  echo "$best"
}

# followed SEEN: the master that most replicas follow, whether it is there or not.
followed() {
  favourite=
  most=0
  for candidate in $REDIS_HOSTS; do
    followers=$(printf '%s\n' "$1" | grep -c "^replica .* - $candidate\$")
    if [ "$followers" -gt "$most" ]; then
      favourite=$candidate
      most=$followers
    fi
  done
  echo "$favourite"
}

# hand_over: makes the sentinels choose another master than this pod, and says which. Nothing when no replica is fit for it.
hand_over() {
  for sentinel in $SENTINEL_HOSTS; do
    answer=$(ask "$sentinel" 26379 sentinel failover "$MASTER_NAME")
    case $answer in
      OK* | INPROG*) break ;;
    esac
  done
  case $answer in
    OK* | INPROG*) ;;
    *) return 0 ;;
  esac
  end=$(($(now) + 12))
  while [ "$(now)" -lt "$end" ]; do
    other=$(named "$QUORUM")
    if [ -n "$other" ] && [ "$other" != "$ME" ]; then
      echo "$other"
      return 0
    fi
    sleep 0.2
  done
}
