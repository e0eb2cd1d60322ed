namespace Kata.Cli;

/// <summary>
/// Whether the sources of the tool changed since it was built. The POSIX launcher asks <c>find</c> before it starts
/// the tool; the launcher for Windows has nothing as quick, so it lets the tool look.
/// </summary>
internal static class ToolAge
{
    /// <summary>The launcher sets it to the file that was written when the build began.</summary>
    private const string StampVariable = "KATA_STAMP";

    private static readonly string[] NotPartOfTheTool = ["Kata.Tests", "Kata.Bench", "golden"];

    /// <summary>Whether any source is newer than the stamp.</summary>
    public static bool IsOutOfDate(Func<string, string?> variable)
    {
        if (variable(StampVariable) is not { Length: > 0 } stamp || variable("KATA_ROOT") is not { Length: > 0 } root)
        {
            return false;
        }

        var built = File.GetLastWriteTimeUtc(stamp);
        var projects = new DirectoryInfo(Path.Combine(root, "tools")).EnumerateDirectories()
            .Where(project => !NotPartOfTheTool.Contains(project.Name))
            .SelectMany(project => project.EnumerateFileSystemInfos("*", SearchOption.AllDirectories));
        return new DirectoryInfo(root).EnumerateFiles("Directory.*.props")
            .Concat(projects)
            .Any(source => source.LastWriteTimeUtc > built);
    }
}
