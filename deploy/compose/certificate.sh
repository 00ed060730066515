#!/usr/bin/env bash
# Makes the certificate that the control planes show, and the gateways trust. Needs openssl.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p certificate
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=control-plane \
  -addext subjectAltName=DNS:plane-1,DNS:plane-2,DNS:localhost \
  -keyout certificate/plane.key -out certificate/plane.crt
# The user of the image reads it.
chmod 644 certificate/plane.key
