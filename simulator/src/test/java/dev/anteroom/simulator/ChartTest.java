package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartTest {
    @Test
    void each_of_many_lines_has_a_colour_of_its_own() {
        assertEquals(
                100, IntStream.range(0, 100).mapToObj(Chart::colour).distinct().count());
    }

    @Test
    void a_chart_with_one_label_can_be_drawn() {
        Chart chart = new Chart("one", "x", List.of("1"), List.of("0"), 1, 1);
        chart.line("a", List.of(new Chart.Point(0, 0.5)));
        assertFalse(chart.standAlone("one").contains("NaN"));
    }

    @Test
    void names_are_escaped() {
        Chart chart = new Chart("<t>", "x", List.of("0", "1"), List.of("0", "1"), 1, 1);
        chart.line("a<b>'&", List.of(new Chart.Point(0, 0)));
        String picture = chart.standAlone("<h>");
        assertTrue(picture.contains("a&lt;b&gt;&#39;&amp;") && picture.contains("&lt;h&gt;"), picture);
        assertTrue(chart.svg().contains("&lt;t&gt;"));
    }
}
