namespace Kata.Cli.Views;

/// <summary>What <c>kata list --json</c> writes: an array of these, in the order of the list.</summary>
/// <param name="Kata">The number.</param>
/// <param name="Folder">Number and slug.</param>
/// <param name="Chapter">The chapter's folder.</param>
/// <param name="Title">In the chosen language.</param>
/// <param name="Status"><c>notStarted</c>, <c>inProgress</c> or <c>passing</c>.</param>
/// <param name="Tasks">The tasks in order.</param>
/// <param name="Difficulty">1 to 3; null when the statement cannot be read.</param>
/// <param name="Minutes">How long a prepared reader takes; null when the statement cannot be read.</param>
/// <param name="Needs">The katas to solve before.</param>
internal sealed record ListedKata(
    int Kata,
    string Folder,
    string Chapter,
    string Title,
    string Status,
    IReadOnlyList<ListedTask> Tasks,
    int? Difficulty,
    int? Minutes,
    IReadOnlyList<int> Needs)
{
    /// <summary>What a row of the list says.</summary>
    public static ListedKata Of(ListRow row) => new(
        row.Progress.Kata.Number,
        row.Progress.Kata.Folder,
        row.Progress.Kata.Chapter,
        row.Title,
        JsonOutput.Name(row.Progress.Status),
        [.. row.Progress.Tasks.Select(task => new ListedTask(task.Number, JsonOutput.Name(task.State)))],
        row.Head?.FrontMatter.Difficulty,
        row.Head?.FrontMatter.Minutes,
        row.Head?.FrontMatter.Needs ?? []);
}

/// <summary>One task of a kata in <c>kata list --json</c>.</summary>
/// <param name="Task">The number.</param>
/// <param name="State"><c>open</c>, <c>written</c> or <c>passing</c>.</param>
internal sealed record ListedTask(int Task, string State);
