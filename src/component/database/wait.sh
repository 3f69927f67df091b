# Memos says itself what is wrong where nobody ever listens: the image may have no nc, a connection string of one's own may lead elsewhere.
trap 'exit 143' TERM
try=1
until nc -z -w 2 "$DATABASE_HOST" "$DATABASE_PORT"; do
  echo "try $try of 60: nobody listens at $DATABASE_HOST:$DATABASE_PORT yet"
  [ "$try" -lt 60 ] || exit 0
  try=$((try + 1))
  sleep 1
done
echo "$DATABASE_HOST:$DATABASE_PORT answers"
