#!/bin/sh
# Redis as a queue wants it: every change on disk within a second, nothing thrown away, a password, no save points.
set -eu
umask 077
{
  echo 'appendonly yes'
  echo 'appendfsync everysec'
  echo 'maxmemory-policy noeviction'
  echo 'save ""'
  echo "dir ${REDIS_DIR:-/data}"
  echo "port ${REDIS_PORT:-6379}"
  echo "requirepass $(cat /secrets/redis)"
} > /run/redis/redis.conf
exec redis-server /run/redis/redis.conf
