"""Charts as SVG. Their colours are those of the page's style sheet, so that they are right on light and on dark."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fullstride.report.markup import Html, h, together

_WIDTH, _HEIGHT = 420.0, 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 62.0, 20.0, 10.0, 40.0
_LOG_FROM = 20.0  # values that fall by this factor are drawn on a logarithmic axis
_DOTS = 40  # up to so many points a line has dots


@dataclass(frozen=True)
class Line:
    """One line of a chart: its name, a number for each x (None where there is none), and its style."""

    name: str
    values: Sequence[float | None]
    style: str


@dataclass(frozen=True)
class _Axis:
    """Numbers from low to high, placed between two places on the page."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, value = (self._scale(number) for number in (self.low, self.high, value))
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        if self.log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            found = [m * 10.0**k for k in range(first, last + 1) for m in (1, 2, 5)]
            return [tick for tick in found if self.low <= tick <= self.high]
        return nice(self.low, self.high)

    def _scale(self, value: float) -> float:
        return math.log10(value) if self.log else value


def nice(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from low to high, at most so many.

    >>> nice(0, 1), nice(1, 15)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [5.0, 10.0, 15.0])
    """
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def line_chart(
    title: str, y_label: str, xs: Sequence[int], lines: Sequence[Line], percent: bool = False
) -> Html:
    """Lines over the epochs, with a key below."""
    values = [value for line in lines for value in line.values if value is not None]
    low, high = min(values), max(values)
    log = not percent and low > 0 and high / low > _LOG_FROM
    if log:
        low, high = low / 1.2, high * 1.2
    elif percent:
        room = max(0.08 * (high - low), 0.005)
        low, high = max(low - room, 0.0), min(high + room, 1.0)
    else:
        low, high = min(0.0, low), high * 1.05 or 1.0
    x = _across(xs[0] - 0.2, xs[-1] + 0.2)
    y = _Axis(low, high, _HEIGHT - _BOTTOM, _TOP, log)
    shapes = []
    for line in lines:
        points = [(x(e), y(value)) for e, value in zip(xs, line.values, strict=True) if value is not None]
        shapes.append(h("polyline", points=" ".join(map(_point, points)), class_=f"line {line.style}"))
        if len(points) <= _DOTS:
            shapes += [
                h("circle", cx=_at(a), cy=_at(b), r=2.5, class_=f"dot {line.style}") for a, b in points
            ]
    whole = [float(tick) for tick in nice(xs[0], max(xs[-1], xs[0] + 1)) if tick == int(tick)]
    frame = _frame(x, y, "epoch", y_label, whole, _percent if percent else _plain)
    return h("figure", _svg(title, frame, shapes), h("figcaption", _key(lines), class_="key"))


def reliability(
    title: str,
    edges: Sequence[float],
    confidence: Sequence[float],
    accuracy: Sequence[float],
    count: Sequence[int],
) -> Html:
    """Accuracy over confidence, a bar for each bin that holds images."""
    x, y = _across(0, 1), _Axis(0, 1, _HEIGHT - _BOTTOM, _TOP)
    shapes = []
    for b, images in enumerate(count):
        if not images:
            continue
        left, right, top = x(edges[b]), x(edges[b + 1]), y(accuracy[b])
        words = f"images: {images:,}; confidence {_percent(confidence[b])}, accuracy {_percent(accuracy[b])}"
        shapes += [
            h(
                "rect",
                x=_at(left + 0.5),
                y=_at(top),
                width=_at(right - left - 1),
                height=_at(y(0) - top),
                class_="bar first faint",
            ),
            h(
                "g",
                h("title", words),
                h("circle", cx=_at(x(confidence[b])), cy=_at(top), r=3.5, class_="dot first"),
            ),
        ]
    ideal = h("line", x1=_at(x(0)), y1=_at(y(0)), x2=_at(x(1)), y2=_at(y(1)), class_="ideal")
    ticks = nice(0, 1)
    frame = _frame(x, y, "confidence", "accuracy", ticks, _percent, _percent)
    return h("figure", _svg(title, frame, [*shapes, ideal]))


def scatter(title: str, xs: Sequence[float], ys: Sequence[float]) -> Html:
    """Estimates over targets, and the line where they are equal."""
    low, high = min(*xs, *ys), max(*xs, *ys)
    room = 0.04 * (high - low) or 1.0
    x, y = _across(low - room, high + room), _Axis(low - room, high + room, _HEIGHT - _BOTTOM, _TOP)
    dots = [
        h("circle", cx=_at(x(a)), cy=_at(y(b)), r=2.5, class_="dot first faint")
        for a, b in zip(xs, ys, strict=True)
    ]
    ends = {"x1": x(low), "y1": y(low), "x2": x(high), "y2": y(high)}
    ideal = h("line", **{name: _at(place) for name, place in ends.items()}, class_="ideal")
    frame = _frame(x, y, "target", "estimate", nice(x.low, x.high), _plain)
    return h("figure", _svg(title, frame, [ideal, *dots]))


def _plain(value: float) -> str:
    return f"{value:g}"


def _across(low: float, high: float) -> _Axis:
    return _Axis(low, high, _LEFT, _WIDTH - _RIGHT)


def _svg(title: str, frame: Html, shapes: Sequence[Html]) -> Html:
    size = f"0 0 {_WIDTH:g} {_HEIGHT:g}"
    return h(
        "svg", h("title", title), frame, *shapes, view_box=size, class_="chart", role="img", aria_label=title
    )


def _frame(
    x: _Axis,
    y: _Axis,
    x_label: str,
    y_label: str,
    x_ticks: Sequence[float],
    y_text: Callable[[float], str],
    x_text: Callable[[float], str] = _plain,
) -> Html:
    parts = []
    for tick in y.ticks():
        place = _at(y(tick))
        parts.append(h("line", x1=_at(x.start), y1=place, x2=_at(x.end), y2=place, class_="axis"))
        parts.append(h("text", y_text(tick), x=_at(x.start - 6), y=_at(y(tick) + 4), text_anchor="end"))
    for tick in x_ticks:
        parts.append(h("text", x_text(tick), x=_at(x(tick)), y=_at(y.start + 16), text_anchor="middle"))
    parts.append(h("text", x_label, x=_at((x.start + x.end) / 2), y=_at(y.start + 35), text_anchor="middle"))
    middle = (y.start + y.end) / 2
    turned = f"rotate(-90 12 {_at(middle)})"
    parts.append(h("text", y_label, x=12, y=_at(middle), text_anchor="middle", transform=turned))
    return together(parts)


def _key(lines: Sequence[Line]) -> Html:
    def swatch(style: str) -> Html:
        line = h("line", x1=0, y1=5, x2=26, y2=5, class_=f"line {style}")
        return h("svg", line, view_box="0 0 26 10", class_="chart", aria_hidden="true")

    return together(h("span", swatch(line.style), line.name) for line in lines)


def _at(place: float) -> str:
    """A place on the page, to a hundredth: the file stays small."""
    return f"{place:.2f}".rstrip("0").rstrip(".")


def _point(point: tuple[float, float]) -> str:
    return ",".join(map(_at, point))


def _percent(share: float) -> str:
    return f"{100 * share:.3g}\u00a0%"
