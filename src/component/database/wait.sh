trap 'exit 143' TERM
try=1
until nc -z -w 2 "$DATABASE_HOST" "$DATABASE_PORT"; do
  echo "try $try: nobody listens at $DATABASE_HOST:$DATABASE_PORT yet"
  try=$((try + 1))
  sleep 1
done
echo "try $try: $DATABASE_HOST:$DATABASE_PORT answers"
