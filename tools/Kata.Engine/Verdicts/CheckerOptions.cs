namespace Kata.Engine.Verdicts;

/// <summary>How answers are checked.</summary>
public sealed record CheckerOptions
{
    /// <summary>How long a kata's tests may run unless the kata says otherwise.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much memory an answer may use.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How many answers are checked at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether a warm child waits in reserve: yes for whoever checks again and again, no for one check.</summary>
    public bool KeepSpare { get; init; } = true;
}
