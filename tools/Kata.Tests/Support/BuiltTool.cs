namespace Kata.Tests.Support;

/// <summary>
/// The tool that tests start as a process: the one built beside them, or the published one in the folder that KATA_TOOL
/// names. That is the one that learners have, and starts several times faster.
/// </summary>
internal static class BuiltTool
{
    /// <summary>What <c>dotnet exec</c> starts.</summary>
    public static string Program { get; } = Path.Combine(Environment.GetEnvironmentVariable("KATA_TOOL") ?? AppContext.BaseDirectory, "kata.dll");
}
