"""A partner's exchange with requests-oauthlib, unmodified.

Arguments: base URL, consumer key, consumer secret, verifier, signature method.
Prints the access token, its secret, and address and header of a signed call.
"""

import sys

from requests import Request
from requests_oauthlib import OAuth1, OAuth1Session

base, key, secret, verifier, method = sys.argv[1:]

session = OAuth1Session(key, client_secret=secret, verifier=verifier, signature_method=method)
session.fetch_request_token(base + "oauth/token/request")
access = session.fetch_access_token(base + "oauth/token/access")

call = OAuth1(key, secret, access["oauth_token"], access["oauth_token_secret"], signature_method=method)
url = base + "rest/V1/products?searchCriteria%5BpageSize%5D=2&name=a%20b%2Bc~%C3%A9"
called = Request("GET", url, auth=call).prepare()
print(access["oauth_token"], access["oauth_token_secret"], called.path_url, sep="\n")
print(called.headers["Authorization"].decode())
