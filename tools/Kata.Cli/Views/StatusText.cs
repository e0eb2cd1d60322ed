using Kata.Engine.Progress;
using Spectre.Console;

namespace Kata.Cli.Views;

/// <summary>How states are shown: by a mark and a word, so that colour is never the only sign.</summary>
internal static class StatusText
{
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Underway = new(Color.Yellow);

    /// <summary>A kata's state in words.</summary>
    public static string Name(KataStatus status) => status switch
    {
        KataStatus.Passing => Texts.StatusPassing,
        KataStatus.InProgress => Texts.StatusInProgress,
        _ => Texts.StatusNotStarted,
    };

    /// <summary>A kata's state as a mark.</summary>
    public static string Mark(KataStatus status) => status switch
    {
        KataStatus.Passing => "●",
        KataStatus.InProgress => "◐",
        _ => "○",
    };

    /// <summary>A task's state as a mark.</summary>
    public static string Mark(TaskState state) => state switch
    {
        TaskState.Passing => "●",
        TaskState.Written => "◐",
        _ => "○",
    };

    /// <summary>The colour that goes with a kata's state.</summary>
    public static Style Style(KataStatus status) => status switch
    {
        KataStatus.Passing => Good,
        KataStatus.InProgress => Underway,
        _ => Spectre.Console.Style.Plain,
    };

    /// <summary>A difficulty of 1 to 3 as stars.</summary>
    public static string Difficulty(int difficulty) => new string('★', difficulty) + new string('☆', 3 - difficulty);
}
