#!/bin/sh
# young.sh NAME AGE: whether the time in a file of /lease is younger, in hundredths of a second.
# shellcheck source=/dev/null
. /etc/memos-standby/lease.sh

now=0
at=
read -r at 2>/dev/null <"/lease/$1"
now
[ $((now - ${at:-0})) -lt "$2" ]
