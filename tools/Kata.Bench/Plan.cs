namespace Kata.Bench;

/// <summary>How much is measured.</summary>
/// <param name="Katas">The most katas that are edited.</param>
/// <param name="Saves">Saves of each kata that are counted.</param>
/// <param name="TestRuns">Runs of <c>dotnet test</c> and of <c>dotnet watch test</c> for each kata that are counted.</param>
/// <param name="Starts">Starts of a command that is measured from its start.</param>
/// <param name="EarlySaves">After how many saves the memory is first taken.</param>
/// <param name="LateSaves">After how many saves it is last taken.</param>
/// <param name="SyntheticKatas">The size of the synthetic catalogue.</param>
internal sealed record Plan(int Katas, int Saves, int TestRuns, int Starts, int EarlySaves, int LateSaves, int SyntheticKatas)
{
    /// <summary>The run whose figures count.</summary>
    public static Plan Full { get; } = new(int.MaxValue, 100, 4, 10, 50, 500, 10_000);

    /// <summary>Shows that everything works.</summary>
    public static Plan Quick { get; } = new(1, 16, 2, 2, 10, 30, 1_000);

    /// <summary>Whether this is the short run.</summary>
    public bool IsQuick => this == Quick;
}
