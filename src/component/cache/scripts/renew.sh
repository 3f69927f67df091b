#!/bin/sh
# Has a renewed certificate read. Kubernetes replaces the files of a Secret while containers run, and no server here looks at
# them again by itself. What runs beside a server is `renew`, with what to do when they are others than at its start.

# certificate: what is in the files. The key is another one whenever the certificate is; a proxy has the authority alone.
certificate() {
  cat /etc/redis-tls/tls.crt /etc/redis-tls/ca.crt 2>/dev/null
}

# renew WORDS...: for as long as the container runs; what fails is tried again.
renew() {
  while sleep 5; do
    now=$(certificate)
    if [ -z "$now" ] || [ "$now" = "$seen" ]; then continue; fi
    if "$@"; then
      seen=$now
      echo "the certificate is renewed"
    fi
  done
}

# reload: Redis reads the files anew, and connections that exist go on. It is asked over the pod's own loopback, where it may
# still have a certificate of an authority that is no longer in the files.
reload() {
  set -- --tls --insecure
  if [ -f /etc/redis-keys/renewer ]; then
    REDISCLI_AUTH=$(cat /etc/redis-keys/renewer)
    export REDISCLI_AUTH
    set -- "$@" --no-auth-warning --user renewer
  fi
  set -- "$@" config set tls-cert-file /etc/redis-tls/tls.crt tls-key-file /etc/redis-tls/tls.key
  [ "$(timeout 2 redis-cli "$@" tls-ca-cert-file /etc/redis-tls/ca.crt 2>/dev/null)" = OK ]
}

# end PROCESS: a sentinel cannot read them anew, so it ends, and its container starts again with all that it knew. One
# after the other, so that most of them are there.
end() {
  sleep $((${POD_NAME##*-} * 10))
  kill "$1"
}

# Before the server starts, so that nothing is missed in between.
seen=$(certificate)
