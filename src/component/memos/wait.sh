refuse() {
  echo "MEMOS_REDIS_URL $1"
  exit 1
}

decode() {
  rest=$1
  decoded=
  while [ "${rest#*%}" != "$rest" ]; do
    decoded=$decoded${rest%%\%*}
    rest=${rest#*%}
    code=${rest%"${rest#??}"}
    case $code in
      [0-9A-Fa-f][0-9A-Fa-f]) ;;
      *) refuse 'has a % that is not followed by two hexadecimal digits' ;;
    esac
    character=$(printf '%b.' "\\0$(printf '%o' "0x$code")")
    decoded=$decoded${character%.}
    rest=${rest#??}
  done
  decoded=$decoded$rest
}

ask() {
  answer=$(timeout 10 redis-cli "$@" 2>&1)
}

address=${MEMOS_REDIS_URL#*://}
address=${address%%\?*}
database=${address#*/}
if [ "$database" = "$address" ]; then database=; fi
address=${address%%/*}
case $address in
  *@*)
    login=${address%@*}
    address=${address##*@}
    case $login in
      *:*) decode "${login#*:}" ;;
      *) decoded= ;;
    esac
    if [ -n "$decoded" ]; then export REDISCLI_AUTH="$decoded"; fi
    decode "${login%%:*}"
    user=$decoded
    ;;
  *) user= ;;
esac
case $address in
  \[*\]:*)
    port=${address##*:}
    host=${address#\[}
    host=${host%\]:*}
    ;;
  \[*\])
    port=6379
    host=${address#\[}
    host=${host%\]}
    ;;
  *:*)
    port=${address##*:}
    host=${address%:*}
    ;;
  *)
    port=6379
    host=$address
    ;;
esac

trap 'exit 143' TERM
set -- --no-auth-warning -h "$host" -p "$port" -n "${database:-0}"
if [ -n "$user" ]; then set -- "$@" --user "$user"; fi
case $MEMOS_REDIS_URL in
  redis://*) ;;
  rediss://*)
    set -- "$@" --tls
    if [ -n "$CACHE_AUTHORITY" ]; then set -- "$@" --cacert "$CACHE_AUTHORITY"; fi
    case $host in
      *:*) ;;
      *[!0-9.]*) set -- "$@" --sni "$host" ;;
    esac
    ;;
  *) refuse 'begins neither with redis:// nor with rediss://' ;;
esac

try=1
while true; do
  ask "$@" PING
  if [ "$answer" = PONG ]; then
    ask "$@" SET "$MEMOS_REDIS_KEY_PREFIX:started" 1 EX 60
    case $answer in
      OK)
        echo "try $try: Redis at $host:$port answers and takes writes"
        exit 0
        ;;
      NOPERM* | OOM* | MISCONF* | MOVED*)
        echo "try $try: Redis at $host:$port answers, but refuses a write: $answer"
        exit 0
        ;;
    esac
  fi
  echo "try $try: no Redis at $host:$port yet: $answer"
  try=$((try + 1))
  sleep 2
done
