"""A program with a bearer token: asks for one with requests, or calls the Web API with pymagento. Both unmodified."""

import sys

import requests
from magento import Magento

address, act, *rest = sys.argv[1:]

if act == "token":
    username, password = rest
    answer = requests.post(
        f"{address}rest/V1/integration/admin/token",
        json={"username": username, "password": password},
        timeout=20,
    )
    said = answer.json()
    print(answer.status_code, said if isinstance(said, str) else said["message"])
else:
    (token,) = rest
    try:
        print(Magento(token=token, base_url=address.rstrip("/")).get_product("a/b c")["sku"])
    except requests.HTTPError as refused:
        print(f"refused: {refused.response.json()['message']}")
