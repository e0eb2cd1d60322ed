using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Katas.Support;

/// <summary>
/// Compares text with a committed file, by Verify's conventions for names: <c>Class.Method.verified.txt</c>
/// beside the test; what came is left as <c>Class.Method.received.txt</c> when it differs (by <c>dotnet test</c>; the
/// tool runs many answers over the same tests and leaves nothing behind). This file is the only place that would
/// change for Verify.Xunit to take over.
/// </summary>
public static class Snapshot
{
    private static readonly bool LeavesReceived = Environment.GetEnvironmentVariable("KATA_LEAVES_NOTHING") is null;

    /// <summary>Asserts that the text equals the committed snapshot of the calling test.</summary>
    public static void Verify(string text, [CallerFilePath] string test = "", [CallerMemberName] string method = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(test)!, $"{Path.GetFileNameWithoutExtension(test)}.{method}");
        var verified = $"{stem}.verified.txt";
        var received = $"{stem}.received.txt";
        var actual = Normalize(text);
        var expected = File.Exists(verified) ? Normalize(File.ReadAllText(verified)) : null;
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        if (LeavesReceived)
        {
            File.WriteAllText(received, actual + "\n");
        }

        throw new XunitException(expected is null
            ? $"no snapshot yet: run this test by dotnet test, read {Path.GetFileName(received)} and rename it to {Path.GetFileName(verified)}; got:\n{actual}"
            : $"differs from {Path.GetFileName(verified)} at line {FirstDifference(expected, actual)}\n" +
              $"  expected:\n{expected}\n  got:\n{actual}");
    }

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    private static int FirstDifference(string expected, string actual) =>
        1 + expected.Split('\n').Zip(actual.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count();
}
