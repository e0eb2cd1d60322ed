namespace Kata.Engine.Verdicts;

/// <summary>What will be checked: it decides what is worth doing ahead.</summary>
public enum Workload
{
    /// <summary>One answer, as soon as possible.</summary>
    OneCheck,

    /// <summary>Many answers to many katas.</summary>
    ManyKatas,

    /// <summary>One kata again and again, at each save.</summary>
    OneKata,
}

/// <summary>How answers are checked.</summary>
public sealed record CheckerOptions
{
    /// <summary>How long a kata's tests may run unless the kata says otherwise.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How much memory an answer may use.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How many answers are checked at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>What will be checked.</summary>
    public Workload Workload { get; init; } = Workload.ManyKatas;
}
