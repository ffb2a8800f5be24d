using System.Globalization;
using System.Numerics;

namespace Mesh.Model.Documents;

/// <summary>Settings that are numbers.</summary>
internal static class Numbers
{
    private const string Decimals = "^[0-9]*[.]?[0-9]*$";

    public static Scalar<decimal> Percent { get; } = new(
        "a percentage from 0 to 100 with at most two decimals",
        text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            && value <= 100 && decimal.Round(value, 2) == value ? value : Parsed.Bad<decimal>(),
        value => value.ToString("0.##", CultureInfo.InvariantCulture))
    {
        JsonTypes = ["number", "string"],
        Bounds = (0, 100),
        Pattern = Decimals,
    };

    /// <summary>So many of something, none included.</summary>
    public static Scalar<int> Count { get; } = Whole(0, 1_000_000);

    /// <summary>An HTTP status.</summary>
    public static Scalar<int> Status { get; } = Whole(100, 599);

    /// <summary>The HTTP status of an answer that is the last word.</summary>
    public static Scalar<int> AnswerStatus { get; } = Whole(200, 599);

    /// <summary>The HTTP status of an answer that names another address.</summary>
    public static Scalar<int> RedirectStatus { get; } = new(
        "one of 301, 302, 303, 307, 308",
        text => text switch { "301" => 301, "302" => 302, "303" => 303, "307" => 307, "308" => 308, _ => Parsed.Bad<int>() },
        value => value.ToString(CultureInfo.InvariantCulture))
    {
        JsonTypes = ["integer", "string"],
        Bounds = (301, 308),
    };

    /// <summary>A gRPC status.</summary>
    public static Scalar<int> GrpcStatus { get; } = Whole(0, 16);

    public static Scalar<long> Long { get; } = WholeOf(long.MinValue, long.MaxValue);

    public static Scalar<double> Fraction { get; } = new(
        "a number from 0 to 1",
        text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value is >= 0 and <= 1 ? value : Parsed.Bad<double>(),
        value => value.ToString(CultureInfo.InvariantCulture))
    {
        JsonTypes = ["number", "string"],
        Bounds = (0, 1),
        Pattern = Decimals,
    };

    /// <summary>Both bounds are allowed.</summary>
    public static Scalar<int> Whole(int least, int most) => WholeOf(least, most);

    private static Scalar<T> WholeOf<T>(T least, T most)
        where T : struct, IBinaryInteger<T> => new(
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
            text => T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value)
                && value >= least && value <= most ? value : Parsed.Bad<T>(),
            value => value.ToString(null, CultureInfo.InvariantCulture))
        {
            JsonTypes = ["integer", "string"],
            Bounds = (decimal.CreateChecked(least), decimal.CreateChecked(most)),
            Pattern = "^[+-]?[0-9]+$",
        };
}
