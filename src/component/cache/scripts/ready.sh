#!/bin/sh
# Ready is a master, and a replica that has all of the master's data: a rollout waits for that before it takes the next.
set -u
# shellcheck source=/dev/null
. /etc/redis/common.sh

info=$(ask 127.0.0.1 6379 info replication)
case $(field role "$info") in
  master) ;;
  slave) [ "$(field master_link_status "$info")" = up ] ;;
  *) exit 1 ;;
esac
