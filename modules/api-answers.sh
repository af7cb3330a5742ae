# Usage: api-answers PORT
# Tells whether the API server of this host answers. It knows nobody who comes without a certificate, and k3s lets
# nobody in unnamed: 401 is its answer then, and 503 that of a k3s whose API server isn't ready.
code=$(curl --silent --insecure --max-time 2 --output /dev/null --write-out '%{http_code}' "https://127.0.0.1:$1/readyz")
[[ $code == 200 || $code == 401 ]]
