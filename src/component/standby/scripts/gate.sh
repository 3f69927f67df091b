#!/bin/sh
# gate.sh COMMAND...: runs Memos while this pod has the lease, and kills it as soon as the lease is over. A process that was
# ever stopped from serving never serves again: what it remembers of users and tokens is out of date.
set -u
# shellcheck source=/dev/null
. /etc/memos-standby/lease.sh

# Without a way to end Memos it must not be started.
kill -0 $$ || exit 1

now=0
ending=
memos=
trap 'ending=yes; if [ -n "$memos" ]; then kill "$memos" 2>/dev/null; fi' TERM INT

# serve COMMAND...: until Memos has ended. `over` says why where it was made to, `status` how it ended.
serve() {
  over=
  "$@" &
  memos=$!
  if [ -n "$ending" ]; then kill "$memos" 2>/dev/null; fi
  if [ -f /etc/memos-standby/administrator.sh ]; then /bin/sh /etc/memos-standby/administrator.sh & fi
  while kill -0 "$memos" 2>/dev/null; do
    if ! held; then
      over='the lease is over'
      kill -9 "$memos" 2>/dev/null
    elif [ -e /lease/stop ] && [ -z "$over" ]; then
      over='another pod asks for the lease'
      kill "$memos" 2>/dev/null
    fi
    seen gate
    sleep 0.1
  done
  wait "$memos"
  status=$?
  memos=
}

rm -f /lease/running
while [ -z "$ending" ]; do
  seen gate
  if [ ! -e /lease/gone ] && [ ! -e /lease/mute ] && [ ! -e /lease/stop ] && held; then
    # The keeper takes `until` away before it looks for `running`, so one of both sees the other.
    write running "$now"
    if held; then serve "$@"; else over='the lease is over'; fi
    rm -f /lease/running
    if [ -z "$over" ]; then
      write gone "$status"
      exit "$status"
    fi
    echo "gate: Memos has ended, because $over"
  fi
  sleep 0.1
done
