#!/bin/sh
# Puts the passwords that docker/secrets.sh made into the addresses of the database and the queue, and starts the process.
# An address that the operator sets (DATABASE_URL, QUEUE_URL) is taken as it is.
set -eu
if [ -z "${DATABASE_URL:-}" ]; then
  DATABASE_URL="postgres://topiary:$(cat /secrets/postgres)@${POSTGRES_HOST:-postgres}:${POSTGRES_PORT:-5432}/topiary"
fi
if [ -z "${QUEUE_URL:-}" ]; then
  QUEUE_URL="redis://:$(cat /secrets/redis)@${REDIS_HOST:-redis}:${REDIS_PORT:-6379}"
fi
export DATABASE_URL QUEUE_URL
exec "$@"
