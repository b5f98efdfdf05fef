#!/usr/bin/env bash
# A Virtuoso 7 of its own, in the foreground, unprivileged: virtuoso.sh FOLDER HTTP_PORT SQL_PORT.
# Whoever reaches the port may write: for tests on this machine alone. Ends with a signal.
set -euo pipefail
folder=$1 http=$2 sql=$3
command -v virtuoso-t > /dev/null || { echo "virtuoso-t is missing: apt-get install virtuoso-opensource" >&2; exit 3; }
mkdir -p "$folder"
cd "$folder"
cat > virtuoso.ini <<INI
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:$sql
NumberOfBuffers = ${VIRTUOSO_BUFFERS:-20000}
MaxDirtyBuffers = ${VIRTUOSO_DIRTY_BUFFERS:-15000}
ServerThreads = 20
SchedulerInterval = 10
CheckpointInterval = ${VIRTUOSO_CHECKPOINT_MINUTES:-0}
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:$http
ServerRoot = .
ServerThreads = 10
MaxClientConnections = 10
Charset = UTF-8
[Client]
SQL_ROWSET_SIZE = 50
SQL_PREFETCH_BYTES = 12000
[SPARQL]
ResultSetMaxRows = 0
DefaultQuery = ASK {}
ShortenLongURIs = 0
INI
# The first start makes the database; what SPARQL may do is granted before anyone can ask.
virtuoso-t +foreground +configfile virtuoso.ini > start.log 2>&1 &
server=$!
trap 'kill -TERM "$server" 2> /dev/null; wait "$server"' TERM INT EXIT
for _ in $(seq 1 300); do
  if isql-vt "127.0.0.1:$sql" dba dba VERBOSE=OFF "EXEC=grant SPARQL_UPDATE to \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 7);" > grant.log 2>&1; then
    echo ready > ready
    break
  fi
  kill -0 "$server" 2> /dev/null || { cat start.log virtuoso.log >&2; exit 1; }
  sleep 0.1
done
wait "$server"
