#!/bin/sh
# What the gate of Memos and the keeper of the lease share. They meet in /lease, which is memory of the pod:
#   until     up to when this pod may serve, in hundredths of a second since its node started, and the epoch of its lease
#   running   that Memos runs or is about to, and since when
#   gone      that Memos ended by itself, so that another pod has to take over
#   mute      that Memos answers no more, with the same meaning
#   stop      that Memos is to end, because a pod of a newer revision asks for the lease
#   asked     that this pod has asked for it
#   born      when this pod came to be, by the database's clock
#   gate      when the gate was seen last
#   keeper    when the keeper was seen last
#   answered  when the database answered the keeper last

# now: a clock that nobody sets and that all containers of a node have, in hundredths of a second.
now() {
  read -r up _ </proc/uptime
  now=${up%.*}${up#*.}
}

# write NAME TEXT: a file that is there as a whole or not at all.
write() {
  echo "$2" >"/lease/$1.new"
  mv "/lease/$1.new" "/lease/$1"
}

# seen NAME: leaves the time in a file.
seen() {
  now
  echo "$now" >"/lease/$1"
}

# held: whether this pod may serve, and in `epoch` under which lease.
held() {
  until=
  epoch=
  # shellcheck disable=SC2034 # `epoch` is for the keeper
  read -r until epoch 2>/dev/null </lease/until
  now
  [ "$now" -lt "${until:-0}" ]
}
