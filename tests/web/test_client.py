"""The HTTP client is polite to other people's servers, and nothing that they send does harm."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from broadsheet.web.client import DISALLOWED, Fetcher, Response, Stopped, is_private, probe_all
from tests.servers.remote import Remote, Says, remote


def fetcher(**given: object) -> Fetcher:
    return Fetcher(**{"pause_seconds": 0.0, "deadline_seconds": 5.0, **given})  # type: ignore[arg-type]


def test_a_page_that_is_there() -> None:
    """HEAD is enough, and its User-Agent says who we are."""
    with remote(fine=Says()) as host:
        response = fetcher().probe(f"{host.url}/fine#part")

    assert response == Response(200, f"{host.url}/fine")
    assert host.asked == [("GET", "/robots.txt"), ("HEAD", "/fine")]
    assert all(agent.startswith("Broadsheet-link-check/") for agent in host.agents)


@pytest.mark.parametrize("status", [404, 410, 500, 502])
def test_a_page_that_is_not_there(status: int) -> None:
    """The status is that of the last response."""
    with remote(gone=Says(status)) as host:
        response = fetcher().probe(f"{host.url}/gone")

    assert (response.status, response.error, response.is_deferred) == (status, "", False)


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_get_is_tried_where_head_is_refused(status: int) -> None:
    """Many servers response HEAD wrongly."""
    with remote(shy=Says(200, to_head=status)) as host:
        assert fetcher().probe(f"{host.url}/shy").status == 200


def to(url: str, status: int = 301) -> Says:
    return Says(status, {"Location": url})


@pytest.mark.parametrize(("statuses", "has_moved"), [((301, 308), True), ((301, 302), False), ((307,), False)])
def test_redirects_are_followed(statuses: tuple[int, ...], has_moved: bool) -> None:
    """To the last address, and it has moved when each step of the way is for good."""
    with remote(fine=Says()) as host:
        for number, status in enumerate(statuses):
            host.says[f"/{number}"] = to(f"/{number + 1}" if number + 1 < len(statuses) else "/fine#there", status)
        response = fetcher().probe(f"{host.url}/0")

    assert (response.status, response.url, response.has_moved) == (200, f"{host.url}/fine", has_moved)


def test_redirects_that_never_end() -> None:
    """Round in a circle, or on and on."""
    with remote(a=to("b"), b=to("a")) as host:
        host.says["/on"] = lambda path: to(f"/on?{path}x")
        circle, on = fetcher().probe(f"{host.url}/a"), fetcher().probe(f"{host.url}/on")

    assert (circle.status, circle.error) == (on.status, on.error) == (0, "it redirects in a circle")
    assert len(host.asked) < 30


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://files.example/",
        "http://user:secret@host.example/",
        "http://[broken/",
        "http://bad host/\x01",
        "gopher://x",
        "http://x:99999/",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(target: str) -> None:
    """Nothing is opened there."""
    with remote(a=to(target)) as host:
        response = fetcher().probe(f"{host.url}/a")

    assert response.status == 0
    assert "which is not a valid web address" in response.error


def test_a_redirect_into_our_own_network_is_refused() -> None:
    """A host outside must not make us ask inside; nothing is said to the one inside."""
    with remote("127.0.0.2", secret=Says()) as inside, remote(a=to(f"{inside.url}/secret")) as outside:
        response = fetcher(is_private=lambda address: address == "127.0.0.2").probe(f"{outside.url}/a")
        named = fetcher(is_private=lambda address: True).probe(f"{inside.url}/secret")

    assert (response.status, response.error) == (0, 'it redirects into our own network, to "127.0.0.2"')
    assert named.status == 200  # an author may name what he likes
    assert len([path for _, path in inside.asked if path == "/secret"]) == 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.1", True), ("169.254.169.254", True), ("::1", True),
        ("fe80::1%eth0", True), ("::ffff:10.0.0.1", True), ("0.0.0.0", True), ("100.64.0.1", True),
        ("93.184.215.14", False), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", False),
    ],
)  # fmt: skip
def test_private_addresses(address: str, expected: bool) -> None:
    """Loopback, home and office networks, link-local ones, and the same written as IPv6."""
    assert is_private(address) is expected


@pytest.mark.parametrize("says", [Says(hangs=True), Says(drips=True)])
def test_a_host_that_does_not_come_to_an_end(says: Says) -> None:
    """Whether it says nothing or drips its response in, it is left at the deadline."""
    with remote(slow=says) as host:
        response = fetcher(deadline_seconds=0.4).probe(f"{host.url}/slow")

    assert (response.status, response.error) == (0, "no response within 0.4 seconds")


def test_a_host_that_is_not_there() -> None:
    """Nothing listens any more."""
    with remote() as host:
        pass

    assert fetcher().probe(f"{host.url}/a").error == "Connection refused"


@pytest.mark.parametrize("url", ["http://[x/", "http:///a", "http://a b/", "http://x:0/", "http://user:pw@x/"])
def test_what_is_no_address_is_not_asked(url: str) -> None:
    """The error says what is wrong with it."""
    assert fetcher().probe(url).error


def test_an_response_that_is_no_http() -> None:
    """Control characters of a hostile host do not come through."""
    with remote(odd=Says(302, {"Location": "http://x\x1b[31m.example/\xff"})) as host:
        response = fetcher().probe(f"{host.url}/odd")

    assert response.status == 0 and response.error.isascii() and response.error.isprintable()


def test_robots_txt_is_respected() -> None:
    """What robots.txt disallows is not requested; the file itself is fetched once."""
    with remote(open=Says(), robots_txt=Says(body=b"User-agent: *\nDisallow: /closed")) as host:
        one = fetcher()
        responses = [one.probe(f"{host.url}/{path}") for path in ("open", "closed/x", "closed")]

    assert [(response.status, response.error) for response in responses] == [
        (200, ""),
        (0, DISALLOWED),
        (0, DISALLOWED),
    ]
    assert host.asked == [("GET", "/robots.txt"), ("HEAD", "/open")]


@pytest.mark.parametrize(
    ("rules", "disallowed"),
    [
        ("Disallow: /*.pdf$", ["/a.pdf"]),
        ("Disallow: /a\nAllow: /a/open", ["/a.pdf", "/a"]),
        ("Disallow: /\nAllow: /a/", ["/a.pdf", "/a"]),
        ("Crawl-delay: ²\nDisallow: /a.pdf", ["/a.pdf"]),
        ("Disallow: /" + "*a" * 2_000 + "b", []),
    ],
)
def test_robots_txt_is_understood_as_its_standard_says(rules: str, disallowed: list[str]) -> None:
    """RFC 9309 §2.2: the longest rule wins, "*" is anything, "$" the end; what is not understood is ignored."""
    paths = ["/a.pdf", "/a", "/a/open"]
    with remote(robots_txt=Says(body=f"User-agent: *\n{rules}".encode())) as host:
        host.says.update(dict.fromkeys(paths, Says()))
        one = fetcher()
        assert [path for path in paths if one.probe(host.url + path).error == DISALLOWED] == disallowed


@pytest.mark.parametrize(
    "robots",
    [
        Says(500),
        Says(body=b"\xff\xfe\x00" * 900_000),
        Says(hangs=True),
        Says(body="User-agent: *\nCrawl-delay: ²".encode()),
        Says(body=b"User-agent: *\nCrawl-delay: " + b"9" * 5_000),
    ],
)
def test_a_robots_txt_that_cannot_be_read_allows_everything(robots: Says) -> None:
    """Looking at one page is not a crawl."""
    with remote(fine=Says(), robots_txt=robots) as host:
        assert fetcher(deadline_seconds=0.5).probe(f"{host.url}/fine").status == 200


def test_a_host_is_given_a_pause_between_requests() -> None:
    """Also when several addresses are tried, and when robots.txt wants a longer one."""
    with remote(a=Says(), b=Says(), c=Says()) as host:
        list(probe_all([f"{host.url}/{name}" for name in "abc"], fetcher(pause_seconds=0.2)))

    assert len(host.moments) == 4
    assert (
        min(later - earlier for earlier, later in pairwise(host.moments)) > 0.1
    )  # measured where they arrive, which is late on a busy machine


def test_a_crawl_delay_is_kept() -> None:
    """robots.txt may ask for a longer pause."""
    with remote(a=Says(), b=Says(), robots_txt=Says(body=b"User-agent: *\nCrawl-delay: 1")) as host:
        list(probe_all([f"{host.url}/a", f"{host.url}/b"], fetcher()))

    assert host.moments[2] - host.moments[1] > 0.5


def busy_once(host: Remote, retry_after: str) -> None:
    responses = [Says(429, {"Retry-After": retry_after} if retry_after else {}), Says()]
    host.says["/busy"] = lambda path: responses.pop(0) if len(responses) > 1 else responses[0]


def test_a_short_retry_after_is_waited_for() -> None:
    """And the response then counts."""
    with remote() as host:
        busy_once(host, "1")
        response = fetcher().probe(f"{host.url}/busy")

    assert response.status == 200
    assert host.moments[2] - host.moments[1] > 0.5


@pytest.mark.parametrize("retry_after", ["3600", "", "Wed, 25 Nov 2026 07:28:00 GMT", "-5", "9" * 400])
def test_a_host_that_wants_a_long_pause_is_left_in_peace(retry_after: str) -> None:
    """Nothing is known then of its other addresses either, and none of them is asked for."""
    with remote(fine=Says()) as host:
        busy_once(host, retry_after)
        responses = dict(probe_all([f"{host.url}/busy", f"{host.url}/fine"], fetcher()))

    assert [response.is_deferred for response in responses.values()] == [True, True]
    assert ("HEAD", "/fine") not in host.asked


def test_hosts_are_asked_at_the_same_time() -> None:
    """One that hangs does not hold up the others."""
    with remote(slow=Says(hangs=True)) as slow, remote(fine=Says()) as fine:
        responses = probe_all([f"{slow.url}/slow", f"{fine.url}/fine"], fetcher(deadline_seconds=2.0))
        assert next(responses)[0] == f"{fine.url}/fine"
        assert next(responses)[1].error == "no response within 2 seconds"


def test_a_caller_that_goes_away_ends_what_is_under_way() -> None:
    """An interrupt is not kept waiting by a host that hangs."""
    with remote(slow=Says(hangs=True)) as slow, remote(fine=Says()) as fine:
        responses = probe_all([f"{slow.url}/slow", f"{fine.url}/fine"], fetcher(deadline_seconds=60.0))
        next(responses)
        responses.close()  # type: ignore[attr-defined]

        assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


def test_a_stopped_fetcher_asks_nothing_more() -> None:
    """Whoever waits for his turn is told."""
    with remote(fine=Says()) as host:
        one = fetcher()
        one.stop()
        with pytest.raises(Stopped):
            one.probe(f"{host.url}/fine")

    assert host.asked == []


def test_no_more_is_read_than_wanted() -> None:
    """A body has a limit."""
    with remote(long=Says(body=b"x" * 100_000)) as host:
        assert len(fetcher().get(f"{host.url}/long", 1_000).body) == 1_001


def test_a_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the environment names it; it is then the proxy that finds the host."""
    with remote() as proxy:
        proxy.says["http://far.example/x"] = Says(204, body=b"")
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        response = fetcher().probe("http://far.example/x")

    assert response.status == 204


def test_form_data_is_posted() -> None:
    """With its length and type; nothing is asked of robots.txt, since the receiver wants it."""
    with remote() as host:
        host.says["/hub"] = Says(202)
        response = fetcher().post(f"{host.url}/hub", b"a=1&b=2")

    assert (response.status, host.asked, host.bodies) == (202, [("POST", "/hub")], [b"a=1&b=2"])


def test_a_post_is_not_redirected() -> None:
    """A GET of another address would lose the data, and look like success."""
    with remote(hub=to("fine", 302), fine=Says()) as host:
        response = fetcher().post(f"{host.url}/hub", b"a=1")

    assert (response.status, host.asked) == (302, [("POST", "/hub")])


def test_a_host_outside_cannot_lead_inside_by_a_detour() -> None:
    """Our own network, outside, and back again: the last step is one that the host outside chose."""
    with remote("127.0.0.2", secret=Says()) as inside, remote() as outside:
        outside.says["/b"] = to(f"{inside.url}/secret")
        inside.says["/a"] = to(f"{outside.url}/b")
        response = fetcher(is_private=lambda address: address == "127.0.0.2").probe(f"{inside.url}/a")

    assert response.error == 'it redirects into our own network, to "127.0.0.2"'
    assert "/secret" not in [path for _, path in inside.asked]
