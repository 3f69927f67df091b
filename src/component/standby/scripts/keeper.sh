#!/bin/sh
# Keeps the lease by which one pod serves: a row that its holder changes twice a second. Who has seen no change for as long as
# a lease lasts, by a clock of its own, takes it; the holder has given up a third of that time before. The container says:
#   POD_NAME   who this is
#   REVISION   of which template of pods
#   LEASE      how long a lease lasts, in hundredths of a second
#   KEPT_BACK  how long before its end the holder stops, in the same
#   STARTUP    how long Memos may take until its first answer, in the same
#   ASK_AFTER  how long after its start a pod of a newer revision may ask for the lease, in the same
#   MEMOS      what is asked whether Memos answers
# and what psql needs. It is one session for all of this: a server at its limit refuses new ones.
set -u
# shellcheck source=/dev/null
. /etc/memos-standby/lease.sh

# Without a way to end a session it must not be begun.
kill -0 $$ || exit 1

now=0
epoch=
asked=-
psql=      # the process of the session
holding=   # the epoch of the lease while this pod has it
mine=      # the epoch of the lease that this pod had last
row=       # epoch and beat of the row as it was seen last by a pod without the lease
since=0    # when the row was seen first as it is
started=0  # when this keeper began
rest=0     # until when this pod leaves the lease to others
ending=

trap 'ending=yes' TERM INT
# A session that is gone is seen by what cannot be written to it.
trap '' PIPE

disconnect() {
  if [ -z "$psql" ]; then return 0; fi
  exec 3>&- 4<&-
  kill -9 "$psql" 2>/dev/null
  wait "$psql" 2>/dev/null
  psql=
  # The server may be another one now, which knows less.
  row=
}

# ask STATEMENT [SECONDS]: its one line in `answer`. A session that does not answer in time is not asked again, because the
# answer might come later and be taken for that of another question.
ask() {
  answer=
  # shellcheck disable=SC3045 # BusyBox has -t
  if echo "$1" >&3 2>/dev/null && read -r -t "${2:-2}" answer <&4 && [ -n "$answer" ]; then
    seen answered
    return 0
  fi
  disconnect
  return 1
}

# connect: a session in which the table is there.
connect() {
  rm -f /lease/question /lease/answer
  mkfifo /lease/question /lease/answer
  psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 </lease/question >/lease/answer &
  psql=$!
  exec 3>/lease/question 4</lease/answer
  ask "SELECT count(to_regclass('memos_lease'));" 5 || return 1
  if [ "$answer" = 0 ]; then
    ask "BEGIN;
      CREATE TABLE IF NOT EXISTS memos_lease (k integer PRIMARY KEY CHECK (k = 1), holder text NOT NULL, epoch bigint NOT NULL,
        beat bigint NOT NULL, renewed timestamptz NOT NULL, revision text NOT NULL, born bigint NOT NULL, asked text NOT NULL);
      INSERT INTO memos_lease VALUES (1, '-', 0, 0, clock_timestamp(), '-', 0, '-') ON CONFLICT DO NOTHING;
      COMMIT;
      SELECT 'made';" || return 1
  fi
  if [ -e /lease/born ]; then return 0; fi
  ask "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint;" && write born "$answer"
}

# change COLUMNS WHERE [BEFORE]: changes the row if it is still as it is thought to be; in `answer` the epoch, or 0, and in `asked`
# who asks for the lease. Nothing waits for a disk, whose writes may stand still for longer than a lease, unless BEFORE says so.
change() {
  ask "${3:-}WITH changed AS (
    UPDATE memos_lease SET $1, beat = beat + 1, renewed = clock_timestamp() WHERE k = 1 AND $2 RETURNING epoch, asked
  ) SELECT coalesce(max(epoch), 0) || ' ' || coalesce(max(asked), '-') FROM changed;
  SET synchronous_commit = off;" || return 1
  asked=${answer#* }
  answer=${answer% *}
}

# renew: the time is taken before the question, and so never later than the server's own.
renew() {
  now
  sent=$now
  change "holder = holder" "holder = '$POD_NAME' AND epoch = $holding" || return 0
  if [ "$answer" != "$holding" ]; then
    lose
    return 0
  fi
  write until "$((sent + LEASE - KEPT_BACK)) $holding"
  if [ "$asked" != - ] && [ "$asked" != "$POD_NAME" ] && [ ! -e /lease/stop ]; then
    echo "keeper: $asked asks for the lease"
    write stop "$asked"
  fi
}

# lose: another has it.
lose() {
  rm -f /lease/until
  echo "keeper: the lease $holding is lost"
  holding=
  mine=
}

# take EPOCH BEAT: the lease, if the row is still so. A server that is killed must not forget who has it.
take() {
  read -r born </lease/born
  now
  sent=$now
  change "holder = '$POD_NAME', epoch = epoch + 1, revision = '$REVISION', born = $born, asked = '-'" \
    "epoch = $1 AND beat = $2" "SET synchronous_commit = on;" || return 0
  if [ "$answer" = 0 ]; then return 0; fi
  holding=$answer
  mine=$answer
  write until "$((sent + LEASE - KEPT_BACK)) $holding"
  echo "keeper: this pod has the lease $holding"
}

# free: whether the lease is to be had: it was given up, for whoever asked for it; or nobody changed it for as long as it lasts;
# or this pod had it last, and no other since.
free() {
  if [ "$now" -lt "$rest" ]; then return 1; fi
  if [ "$holder" = - ] && { [ "$asked" = - ] || [ "$asked" = "$POD_NAME" ]; }; then return 0; fi
  if [ "$holder" = "$POD_NAME" ] && [ "$epoch" = "$mine" ]; then return 0; fi
  [ "$now" -ge $((since + LEASE)) ]
}

# newer: whether this pod is to ask for the lease, once: it is of another revision than the pod that has it and came later, and
# everybody knows its address. So a new version is tried while the old one still stands by.
newer() {
  if [ "$holder" = - ] || [ "$asked" != - ] || [ "$holder_revision" = "$REVISION" ]; then return 1; fi
  if [ -e /lease/asked ] || [ ! -e /lease/gate ] || [ "$now" -lt $((started + ASK_AFTER)) ]; then return 1; fi
  read -r born </lease/born
  [ "$born" -gt "$holder_born" ]
}

# look: takes the lease when it is free, and asks for it where this pod is newer.
look() {
  ask "SELECT epoch, beat, holder, revision, born, asked FROM memos_lease WHERE k = 1;" || return 0
  IFS='|' read -r epoch beat holder holder_revision holder_born asked <<END
$answer
END
  now
  if [ "$epoch $beat" != "$row" ]; then
    row="$epoch $beat"
    since=$now
  fi
  if free; then
    take "$epoch" "$beat"
  elif newer; then
    change "asked = '$POD_NAME'" "epoch = $epoch AND asked = '-'" && [ "$answer" != 0 ] && write asked "$now"
  fi
}

# adopt: a keeper that starts anew beside a Memos that runs goes on with its lease.
adopt() {
  if held; then
    holding=$epoch
    mine=$epoch
  fi
}

# step_down: gives the lease up once Memos has ended. Where it does not, the lease runs out.
step_down() {
  rm -f /lease/until
  now
  end=$((now + 200))
  while [ -e /lease/running ] && [ "$now" -lt "$end" ]; do
    sleep 0.1
    now
  done
  if [ -n "$holding" ] && [ ! -e /lease/running ]; then
    change "holder = '-'" "holder = '$POD_NAME' AND epoch = $holding" && echo "keeper: the lease $holding is given up"
    mine=
  fi
  holding=
  rm -f /lease/gone /lease/mute /lease/stop
  now
  rest=$((now + 400))
}

# watch: says when a Memos that runs answers no more. Until its first answer it may be migrating; one that ran before this keeper
# has answered another.
watch() {
  failures=0
  answers=yes
  read -r known 2>/dev/null </lease/running || known=
  while sleep 0.5; do
    if ! read -r running 2>/dev/null </lease/running; then continue; fi
    if [ "$running" != "$known" ]; then
      known=$running
      failures=0
      answers=
    fi
    if wget -q -T 1 -O /dev/null "$MEMOS" 2>/dev/null; then
      failures=0
      answers=yes
      continue
    fi
    now
    if [ -z "$answers" ] && [ "$now" -lt $((known + STARTUP)) ]; then continue; fi
    failures=$((failures + 1))
    if [ "$failures" -ge 3 ] && [ -e /lease/running ]; then
      echo "keeper: Memos does not answer"
      write mute "$now"
    fi
  done
}

now
started=$now
adopt
watch &
next=0
while true; do
  seen keeper
  if [ -n "$holding" ] && ! held; then
    echo "keeper: the lease $holding is over"
    holding=
  fi
  if [ -e /lease/gone ] || [ -e /lease/mute ] || { [ -e /lease/stop ] && [ ! -e /lease/running ]; }; then step_down; fi
  if [ -n "$ending" ] && [ ! -e /lease/running ]; then
    step_down
    exit 0
  fi
  if [ "$now" -ge "$next" ]; then
    if [ -z "$psql" ] && ! connect; then
      next=$((now + 50))
    elif [ -n "$holding" ]; then
      next=$((now + 50))
      renew
    else
      next=$((now + 25))
      look
    fi
  fi
  sleep 0.1
done
