"""Signs requests with oauthlib, unmodified: one JSON object a line in, one a line out.

What comes in is the request as it goes over the wire, and the secrets. What goes out is the header, the signature base
string that follows from it, and the signature.
"""

import json
import sys
from urllib.parse import urlparse

from oauthlib.common import Request
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import parameters, signature

for line in sys.stdin:
    case = json.loads(line)
    client = Client(
        case["consumer_key"],
        client_secret=case["consumer_secret"],
        resource_owner_key=case["token"],
        resource_owner_secret=case["token_secret"],
        signature_method=case["signature_method"],
        nonce=case["nonce"],
        timestamp=case["timestamp"],
    )
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if case["form"] else {}
    # Not client.sign, which refuses forms of GET, allowed by the RFC; these are the steps that it takes.
    request = Request(case["url"], case["method"], case["form"] or None, kind)
    request.oauth_params = client.get_oauth_params(request)
    request.oauth_params.append(("oauth_signature", client.get_oauth_signature(request)))
    headers = parameters.prepare_headers(request.oauth_params, request.headers)
    # The library keeps its base string to itself, so it is made once more, out of the header.
    collected = signature.collect_parameters(urlparse(case["url"]).query, case["form"], headers)
    base = signature.signature_base_string(
        case["method"], signature.base_string_uri(case["url"]), signature.normalize_parameters(collected)
    )
    signed = dict(request.oauth_params)["oauth_signature"]
    print(json.dumps({"header": headers["Authorization"], "base": base, "signature": signed}), flush=False)
