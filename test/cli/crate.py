"""Validates a bundle with roc-validator, offline: the JSON-LD context that it names is read from the package rocrate. Run: python crate.py BUNDLE; prints JSON."""
import importlib.resources
import io
import json
import sys
import urllib.request
import urllib.response

import requests

context = (importlib.resources.files("rocrate") / "data/ro-crate.jsonld").read_bytes()
known = "https://w3id.org/ro/crate/1.1/context"


def open_known(request, *_, **__):
    url = request if isinstance(request, str) else request.full_url
    if url != known:
        raise OSError(f"{url} is not at hand")
    return urllib.response.addinfourl(io.BytesIO(context), {"Content-Type": "application/ld+json"}, url, 200)


def request_known(_, method, url, *__, **___):
    if url != known:
        raise requests.ConnectionError(f"{url} is not at hand")
    response = requests.Response()
    response.status_code, response.url, response._content = 200, url, b"" if method.upper() == "HEAD" else context
    response.headers["Content-Type"] = "application/ld+json"
    return response


urllib.request.urlopen = open_known
requests.Session.request = request_known

from rocrate_validator import models, services  # noqa: E402  after the two replacements: it keeps what it imports

settings = services.ValidationSettings(
    rocrate_uri=sys.argv[1],
    profile_identifier="workflow-run-crate-0.5",
    requirement_severity=models.Severity.RECOMMENDED,
    skip_availability_check=True,
    no_cache=True,
)
result = services.validate(settings)
issues = [{"severity": issue.severity.name, "check": issue.check.identifier, "message": issue.message} for issue in result.get_issues()]
print(json.dumps({"checks": len(result.executed_checks), "issues": issues}))
