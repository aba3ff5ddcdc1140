#!/bin/sh
# Evaluates every task whose definition lies beside this script and prints one table.
#
#   bench/predictions/evaluate.sh DATA [OUT] [TASK...]
#
# DATA holds the events (cdnow, online-retail and contributors .ndjson.gz), truth/TASK.csv,
# baselines/TASK.floor.csv.gz and TASK.bar.csv.gz, and evaluate.py. OUT (default: a new folder)
# receives the scores and one log a task. Data gates are ignored: most of these sets have one or two
# event types and would be refused, as they should be.
set -eu

here=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
data=${1:?"DATA: got none (expected the folder with the events and truth files)"}
out=${2:-$(mktemp -d)}
[ $# -lt 2 ] || shift
shift
mkdir -p "$out"

set_of() {
  case $1 in
    cdnow-*) echo cdnow ;;
    retail-*) echo online-retail ;;
    *) echo contributors ;;
  esac
}

# The distinct cutoffs of a truth file, with commas between.
cutoffs_of() {
  tail -n +2 "$data/truth/$1.csv" | cut -d , -f 2 | sort -u | paste -s -d , -
}

[ $# -gt 0 ] || set -- $(cd "$here" && ls ./*.yaml | sed 's|^\./||; s|\.yaml$||')
for task in "$@"; do
  began=$(date +%s)
  "$here/../../traitflow" predictions evaluate "$data/$(set_of "$task").ndjson.gz" \
    --definition "$here/$task.yaml" --cutoffs "$(cutoffs_of "$task")" \
    --out "$out/$task.csv" --ignore-gates --json >"$out/$task.json" 2>"$out/$task.log" ||
    { cat "$out/$task.log" >&2; exit 1; }
  echo $(($(date +%s) - began)) >"$out/$task.seconds"
  for other in floor bar; do
    python3 "$data/evaluate.py" --truth "$data/truth/$task.csv" --pred "$out/$task.csv" \
      --against "$data/baselines/$task.$other.csv.gz" >"$out/$task.$other.txt"
  done
  echo "$task: done in $(cat "$out/$task.seconds") s" >&2
done
python3 "$here/table.py" "$out" "$@"
