using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Mesh.ConfigServer.Telemetry;

/// <summary>How Prometheus spells things, by OpenTelemetry's rules for its names.</summary>
internal static class PrometheusText
{
    public static string Name(Instrument instrument, PrometheusKind kind) =>
        Word(instrument.Name) + (instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" })
        + (kind == PrometheusKind.Counter ? "_total" : "");

    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = "";
        foreach ((string name, object? value) in tags)
        {
            labels = With(labels, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        return labels;
    }

    public static string With(string labels, string name, string value) =>
        $"{labels}{(labels.Length == 0 ? "" : ",")}{Word(name)}=\"{Help(value).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static string Help(string? text) =>
        (text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    public static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(value)).Append('\n');

    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static string Word(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
