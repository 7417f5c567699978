#!/bin/sh
# Makes the passwords of this installation once, 256 random bits each, and leaves them in the volume of secrets, which
# is mounted into the containers that need them and is published nowhere. A secret that is there already stays.
set -eu
make() {
  file="/secrets/$1"
  if [ -s "$file" ]; then return; fi
  head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$file.new"
  # Postgres and Redis read it under users of their own; nobody else has the volume.
  chmod 0444 "$file.new"
  mv "$file.new" "$file"
  echo "made a password for $1"
}
make postgres
make redis
