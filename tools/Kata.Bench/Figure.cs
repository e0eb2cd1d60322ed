using System.Text.Json.Serialization;

namespace Kata.Bench;

/// <summary>Something that was measured.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">How much; null when it could not be measured, and <see cref="Note"/> says why.</param>
/// <param name="Unit">In what.</param>
internal sealed record Figure(string Name, double? Value, string Unit)
{
    /// <summary>The most that it may be; null when there is no such bound.</summary>
    public double? AtMost { get; init; }

    /// <summary>The least that it must be; null when there is no such bound.</summary>
    public double? AtLeast { get; init; }

    /// <summary>What to know besides.</summary>
    public string? Note { get; init; }

    /// <summary><c>met</c> or <c>missed</c>; null where there is nothing to reach or nothing was measured.</summary>
    public string? Outcome => (Value, AtMost, AtLeast) switch
    {
        (null, _, _) or (_, null, null) => null,
        var (value, most, least) => value <= (most ?? double.MaxValue) && value >= (least ?? double.MinValue) ? "met" : "missed",
    };

    /// <summary>The target in words.</summary>
    [JsonIgnore]
    public string Target => AtMost is { } most ? $"≤ {most} {Unit}" : AtLeast is { } least ? $"≥ {least} {Unit}" : "";
}
