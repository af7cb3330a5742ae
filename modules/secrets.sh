# Usage: make-secrets DESIRED.json PROGRAM.jq
# Makes the Secrets in DESIRED.json, and their namespaces, from the files in $CREDENTIALS_DIRECTORY. Values go through
# pipes only. If the cluster refuses one Secret, the others are still made.

desired=$1
program=$2

# A line for each file: its name, and what it holds in base64, which has neither blanks nor newlines.
files() {
  local file
  for file in "$CREDENTIALS_DIRECTORY"/file-*; do
    printf '%s ' "${file##*/}"
    base64 --wrap=0 "$file"
    printf '\n'
  done
}

files |
  jq --raw-input --null-input --slurpfile desired "$desired" --from-file "$program" |
  kubectl apply --server-side --force-conflicts --field-manager=pyfleet-secrets --request-timeout=30s --filename=-
