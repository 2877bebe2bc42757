package dev.anteroom.simulator;

import java.util.List;
import java.util.Locale;

/** The goodput over time as an SVG file that stands alone, for documents. */
final class Picture {
    private static final int LINE = 20;

    private static final String STYLE = """
            text { fill: #5d6878; font: 12px system-ui, sans-serif; } .middle { text-anchor: middle; } .end { text-anchor: end; }
            .grid { stroke: #dcdfe4; } .line { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
            .s0 { color: #2563ad; } .s1 { color: #c2541b; } .s2 { color: #15805d; } .s3 { color: #8a3fa8; }
            .s4 { color: #a67c00; } .s5 { color: #c02b5a; } .s6 { color: #4a7a8c; } .s7 { color: #6b5b4b; }
            """;

    private Picture() {}

    /** Draws the share of clients served while still there, by the time of their arrival, with a legend. */
    static String svg(List<Outcome> outcomes) {
        int top = LINE * (outcomes.size() + 1);
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'>
                <style>
                %s</style>
                <rect width='100%%' height='100%%' fill='#fff'/>
                """, Chart.WIDTH, top + Chart.HEIGHT, STYLE));
        svg.append("<text x='12' y='16'>Served while still there, of those who came at the time</text>\n");
        for (int i = 0; i < outcomes.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<g class='s%d'><rect x='12' y='%d' width='12' height='12' rx='3' fill='currentColor'/></g>"
                            + "<text x='32' y='%d'>%s</text>\n",
                    i % Report.COLOURS,
                    LINE * (i + 1) + 6,
                    LINE * (i + 1) + 16,
                    Report.escape(outcomes.get(i).label(outcomes))));
        }
        String place =
                String.format(Locale.ROOT, "<svg y='%d' width='%d' height='%d' ", top, Chart.WIDTH, Chart.HEIGHT);
        return svg.append(Report.goodput(outcomes).replaceFirst("<svg ", place))
                .append("</svg>\n")
                .toString();
    }
}
