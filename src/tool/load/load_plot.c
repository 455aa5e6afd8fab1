/*
 * The picture of a run (load_report.h): above, the bets that were stored in each slice of time;
 * below, how long answers took in it, the median and the longest, on a logarithmic scale.
 *
 *     0,0 ------------------------------------ WIDTH
 *      |   LEFT,TOP     bets per second
 *      |   LEFT,LOWER   answer times
 */
#include "tool/load/load_report.h"

#include <stdio.h>
#include <string.h>

#define SLICES 60u
#define WIDTH 720
#define HEIGHT 440
#define LEFT 80
#define PLOT_WIDTH 620
#define PLOT_HEIGHT 150
#define TOP 40
#define LOWER 250
#define NS_PER_S 1e9
#define LOWEST_NS 1e4 /* 10 us to 100 s: seven decades */
#define DECADES 7.0

struct slice {
    double bets;
    size_t answers;
    uint64_t median_ns, longest_ns;
};

/* The notes are sorted by how long they took, so the last of a slice is its longest, and the one
 * that is half of its count the median. */
static void slice_up(const struct load_result *result, struct slice slices[static SLICES])
{
    const struct times *times = &result->totals->times;
    size_t seen[SLICES] = { 0 };
    double slice_ns = result->seconds * NS_PER_S / SLICES;

    memset(slices, 0, SLICES * sizeof *slices);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < times->count; i++) {
            const struct time_note *note = &times->notes[i];
            unsigned place = (unsigned)((double)note->at_ns / slice_ns);
            struct slice *slice = &slices[place < SLICES ? place : SLICES - 1];

            if (pass == 0) {
                slice->bets += note->bets;
                slice->answers++;
                slice->longest_ns = note->took_ns;
            } else if (seen[slice - slices]++ == slice->answers / 2) {
                slice->median_ns = note->took_ns;
            }
        }
    }
}

static double x_of(unsigned slice)
{
    return LEFT + (slice + 0.5) * PLOT_WIDTH / SLICES;
}

/* The logarithm to the base 10 of a value not below 1, as exact as a picture needs it. Each
 * squaring doubles the logarithm, which gives its binary digits one by one. */
static double decades_of(double value)
{
    double decades = 0, left = 1;

    for (; value >= 10; value /= 10)
        decades++;
    for (unsigned digit = 0; digit < 12; digit++) {
        value *= value;
        left /= 2;
        if (value >= 10) {
            value /= 10;
            decades += left;
        }
    }
    return decades;
}

static double y_of(uint64_t took_ns)
{
    double decades = (double)took_ns < LOWEST_NS ? 0 : decades_of((double)took_ns / LOWEST_NS);

    return LOWER + PLOT_HEIGHT * (1 - decades / DECADES);
}

/* The smallest of 1, 2 and 5 times a power of ten that is not below the value. */
static double round_up(double value)
{
    double power = 1;

    while (10 * power < value)
        power *= 10;
    return value <= power ? power : value <= 2 * power ? 2 * power : value <= 5 * power ? 5 * power : 10 * power;
}

static void write_frame(FILE *file, int top, const char *title)
{
    (void)fprintf(file, "<text x=\"%d\" y=\"%d\">%s</text>\n", LEFT, top - 12, title);
    (void)fprintf(file, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999999\"/>\n", LEFT,
                  top, PLOT_WIDTH, PLOT_HEIGHT);
}

static void write_label(FILE *file, double y, const char *text)
{
    (void)fprintf(file, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 6, y + 4, text);
    (void)fprintf(file, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n", LEFT, y,
                  LEFT + PLOT_WIDTH, y);
}

static void write_throughput(FILE *file, const struct load_result *result, const struct slice slices[static SLICES])
{
    double slice_s = result->seconds / SLICES, most = 1;
    char label[32];

    for (unsigned i = 0; i < SLICES; i++)
        most = slices[i].bets / slice_s > most ? slices[i].bets / slice_s : most;
    most = round_up(most);
    for (unsigned i = 0; i < SLICES; i++) {
        double height = slices[i].bets / slice_s / most * PLOT_HEIGHT;

        (void)fprintf(file, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#4477aa\"/>\n",
                      x_of(i) - 0.4 * PLOT_WIDTH / SLICES, TOP + PLOT_HEIGHT - height, 0.8 * PLOT_WIDTH / SLICES,
                      height);
    }
    (void)snprintf(label, sizeof label, "%.0f", most);
    write_label(file, TOP, label);
    write_label(file, TOP + PLOT_HEIGHT, "0");
    write_frame(file, TOP, "bets stored per second");
}

static void write_line(FILE *file, const struct slice slices[static SLICES], bool longest, const char *colour)
{
    (void)fprintf(file, "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"", colour);
    for (unsigned i = 0; i < SLICES; i++)
        if (slices[i].answers > 0)
            (void)fprintf(file, "%.1f,%.1f ", x_of(i), y_of(longest ? slices[i].longest_ns : slices[i].median_ns));
    (void)fprintf(file, "\"/>\n");
}

static void write_times(FILE *file, const struct slice slices[static SLICES])
{
    static const char *const labels[] = { "0.01 ms", "0.1 ms", "1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s" };

    for (unsigned i = 0; i < sizeof labels / sizeof labels[0]; i++)
        write_label(file, LOWER + PLOT_HEIGHT * (1 - i / DECADES), labels[i]);
    write_line(file, slices, true, "#cc6677");
    write_line(file, slices, false, "#228833");
    write_frame(file, LOWER,
                "time to an answer, from when its frame was due: "
                "<tspan fill=\"#228833\">median</tspan>, <tspan fill=\"#cc6677\">longest</tspan>");
}

bool load_plot_write(const struct load_result *result, const char *path)
{
    FILE *file = fopen(path, "we");
    struct slice slices[SLICES];
    bool failed;

    if (file == NULL)
        return false;
    slice_up(result, slices);
    (void)fprintf(file,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
                  "font-size=\"12\">\n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n",
                  WIDTH, HEIGHT, WIDTH, HEIGHT);
    write_throughput(file, result, slices);
    write_times(file, slices);
    (void)fprintf(file, "<text x=\"%d\" y=\"%d\">0 s</text>\n", LEFT, LOWER + PLOT_HEIGHT + 18);
    (void)fprintf(file, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.1f s</text>\n</svg>\n", LEFT + PLOT_WIDTH,
                  LOWER + PLOT_HEIGHT + 18, result->seconds);
    failed = ferror(file) != 0;
    return fclose(file) == 0 && !failed;
}
