# Usage: api-answers PORT
# Checks whether the API server of this host answers. A request without a certificate is anonymous, and k3s refuses
# those: 401 means that the API server answers, 503 that k3s runs and its API server isn't ready.
code=$(curl --silent --insecure --max-time 2 --output /dev/null --write-out '%{http_code}' "https://127.0.0.1:$1/readyz")
[[ $code == 200 || $code == 401 ]]
