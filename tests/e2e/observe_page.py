"""The page that --observe shows, in a headless Chromium, through a whole draw.

With the environment variable SHOTS, a folder, it leaves pictures of each stage there."""

import base64
import contextlib
import hashlib
import http.client
import os
import re
import shutil

import wire
from browser import SIZE, Browser
from server import PATIENCE, Failure
from wire import bets
from world import Skip, case

PHONE, SMALL_PHONE = (360, 640), (320, 568)


@contextlib.contextmanager
def browser_of(world):
    program = shutil.which("chromium")
    if program is None:
        raise Skip("chromium is not installed")
    browser = Browser(program)
    try:
        browser.visit(f"http://127.0.0.1:{world.server.ports['observe']}/")
        yield browser
    finally:
        browser.close()


def shoot(browser, name):
    if "SHOTS" in os.environ:
        browser.shoot(os.path.join(os.environ["SHOTS"], name + ".png"))


def expect_news(browser, text):
    browser.wait_for(f"document.getElementById('news').textContent.includes({text!r})")


def expect_row(browser, *wanted):
    agency = int(wanted[0])
    browser.wait_for(f"[...document.getElementById('agencies').rows[{agency - 1}].cells]"
                     f".filter((_, i) => i != 4).map(cell => cell.textContent).join('|')", "|".join(wanted))


def expect_fits_phones(browser):
    """Nothing is cut off, and no row is higher than two lines of text need."""
    for size in (PHONE, SMALL_PHONE):
        browser.look(*size)
        spare = browser.evaluate("document.querySelector('.table').clientWidth - "
                                 "document.querySelector('.table').scrollWidth")
        height = browser.evaluate("Math.max(...[...document.getElementById('agencies').rows]"
                                  ".map(row => row.offsetHeight))")
        if spare < 0 or height > 56:
            raise Failure(f"on a phone of {size[0]} pixels the table lacks {-spare}, and a row is {height} high")


@case(heart=True)
def page_is_allowed_its_own_style_and_script_alone(world):
    world.serve(observe="127.0.0.1:0")
    connection = http.client.HTTPConnection("127.0.0.1", world.server.ports["observe"], timeout=PATIENCE)
    connection.request("GET", "/")
    response = connection.getresponse()
    policy, page = response.getheader("Content-Security-Policy"), response.read()
    connection.close()
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>".encode(), page, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        if f"{tag}-src 'sha256-{digest}'" not in policy:
            raise Failure(f"the policy does not allow the page's own {tag}: {policy}")
    if re.search(rb"https?:", page) or len(page) > 16384:
        raise Failure(f"the page names another server, or has {len(page)} bytes")


@case(seconds=120)
def page_follows_a_whole_draw(world):
    world.serve(observe="127.0.0.1:0", agencies=3)
    winning = {1: bets(2, 1, wire.WINNING), 2: bets(1, 2, wire.WINNING), 3: []}
    with browser_of(world) as browser:
        expect_news(browser, "Round 1: the agencies take bets.")
        expect_row(browser, "1", "● takes bets", "1", "0", "–")
        shoot(browser, "start")
        peers = {agency: world.peer(agency) for agency in (1, 2, 3)}
        for agency, count in ((1, 40), (2, 25), (3, 12)):
            peers[agency].store(bets(count, agency) + winning[agency])
        expect_row(browser, "1", "● takes bets", "1", "42", "–")
        expect_row(browser, "3", "● takes bets", "1", "12", "–")
        shoot(browser, "half")
        peers[1].finish()
        expect_news(browser, "Round 1 waits for agencies 2 and 3.")
        peers[2].finish()
        expect_news(browser, "Round 1 waits for agency 3.")
        expect_row(browser, "2", "◆ waits for the draw", "1", "26", "–")
        shoot(browser, "waiting")
        expect_fits_phones(browser)
        shoot(browser, "small-phone")
        browser.look(*SIZE)
        peers[3].finish()
        for agency, peer in peers.items():
            peer.expect_winners(winning[agency])
        expect_news(browser, "Round 1 was drawn at ")
        expect_news(browser, ": 3 winners.")
        expect_row(browser, "1", "✓ drawn", "1", "42", "2")
        shoot(browser, "drawn")
        browser.look(*SIZE, dark=True)
        shoot(browser, "dark")
        expect_fits_phones(browser)
        browser.look(*PHONE)
        shoot(browser, "phone")
        for peer in peers.values():
            peer.receipt_and_leave()
        expect_news(browser, "Round 2: the agencies take bets.")
        browser.wait_for("document.getElementById('last').textContent.includes('Round 1 was drawn at ')")
        expect_nothing_from_elsewhere(world, browser)


def expect_nothing_from_elsewhere(world, browser):
    own = f"http://127.0.0.1:{world.server.ports['observe']}/"
    others = [url for url in browser.requests if not url.startswith((own, "data:", "about:"))]
    if others:
        raise Failure(f"the page asks elsewhere: {others}")
    if browser.complaints:
        raise Failure(f"the browser complains: {browser.complaints}")


@case(seconds=120)
def page_can_be_used_with_keyboard_and_screen_reader(world):
    world.serve(observe="127.0.0.1:0", agencies=2)
    with browser_of(world) as browser:
        expect_row(browser, "1", "● takes bets", "1", "0", "–")
        wanted = {("heading", "The draw"), ("table", "Agencies"), ("columnheader", "Bets"), ("rowheader", "2"),
                  ("region", "Agencies"), ("button", "Pause")}
        if missing := wanted - browser.roles():
            raise Failure(f"a screen reader is not told of {missing}")
        if "status" not in {role for role, _ in browser.roles()}:
            raise Failure("a screen reader is not told what is new")
        for _ in range(2):
            browser.press("Tab")
        if browser.evaluate("document.activeElement.id") != "pause":
            raise Failure("Tab does not lead to the button")
        browser.press("Enter")
        browser.wait_for("document.getElementById('pause').getAttribute('aria-pressed')", "true")
        world.peer().store(bets(3))
        browser.press("Enter")
        expect_row(browser, "1", "● takes bets", "1", "3", "–")


@case(seconds=120)
def page_says_when_the_server_is_gone(world):
    world.serve(observe="127.0.0.1:0")
    with browser_of(world) as browser:
        expect_news(browser, "the agencies take bets")
        world.server.stop()
        expect_news(browser, "The server does not answer.")
        expect_row(browser, "1", "● takes bets", "1", "0", "–")
