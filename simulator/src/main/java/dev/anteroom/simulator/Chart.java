package dev.anteroom.simulator;

import java.util.List;
import java.util.Locale;

/**
 * Lines over an x axis, as SVG. What it is coloured with is in the page's style: classes {@code s0}, {@code s1}, ...
 */
final class Chart {
    static final int WIDTH = 720;
    static final int HEIGHT = 280;
    private static final int LEFT = 60;
    private static final int RIGHT = 30;
    private static final int TOP = 12;
    private static final int BOTTOM = 44;

    private final StringBuilder svg = new StringBuilder();
    private final double maxX;
    private final double maxY;

    /** A point of a line. */
    record Point(double x, double y) {}

    /**
     * Draws the axes.
     *
     * @param title read out by a screen reader
     * @param xLabels evenly spaced from 0 to maxX
     * @param yLabels evenly spaced from 0 to maxY
     */
    Chart(String title, String xTitle, List<String> xLabels, List<String> yLabels, double maxX, double maxY) {
        this.maxX = maxX;
        this.maxY = maxY;
        add("<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>", WIDTH, HEIGHT, title);
        for (int i = 0; i < yLabels.size(); i++) {
            double y = y(maxY * i / (yLabels.size() - 1));
            add("<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y, y);
            add("<text class='end' x='%d' y='%.1f'>%s</text>", LEFT - 8, y + 4, yLabels.get(i));
        }
        for (int i = 0; i < xLabels.size(); i++) {
            double x = x(maxX * i / (xLabels.size() - 1));
            add("<text class='middle' x='%.1f' y='%d'>%s</text>", x, HEIGHT - BOTTOM + 18, xLabels.get(i));
        }
        add("<text class='middle' x='%d' y='%d'>%s</text>", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, xTitle);
    }

    /** Draws a line of a policy. */
    Chart line(int policy, String name, List<Point> points) {
        add("<polyline class='line s%d' points='", policy % Report.COLOURS);
        for (Point point : points) {
            add("%.1f,%.1f ", x(point.x()), y(Math.min(point.y(), maxY)));
        }
        add("'><title>%s</title></polyline>", Report.escape(name));
        return this;
    }

    String svg() {
        return svg + "</svg>\n";
    }

    private double x(double value) {
        return LEFT + value / maxX * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / maxY * (HEIGHT - TOP - BOTTOM);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
