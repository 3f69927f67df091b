#!/bin/sh
# Before a Redis ends: a master takes no more writes, and the sentinels make another one the master, so that nothing that was
# acknowledged is lost and nobody waits for them to notice.
set -u
# shellcheck source=/dev/null
. /etc/redis/common.sh

case $(field role "$(ask 127.0.0.1 6379 info replication)") in
  master) ;;
  *) exit 0 ;;
esac
ask 127.0.0.1 6379 client pause 15000 write
host=$(hand_over)
if [ -n "$host" ]; then
  echo "the master is $host"
else
  ask 127.0.0.1 6379 client unpause
fi
