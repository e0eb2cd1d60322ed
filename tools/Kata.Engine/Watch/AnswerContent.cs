using System.Security.Cryptography;

namespace Kata.Engine.Watch;

/// <summary>What a file holds at one moment, as far as it matters for "has it changed?".</summary>
/// <param name="Hash">Of the content; of size and time for a file too large to be an answer; empty when it cannot be read.</param>
/// <param name="IsSettled">False while the file is missing or empty: many editors save by emptying or renaming first.</param>
public sealed record AnswerContent(string Hash, bool IsSettled)
{
    private const int LargestAnswer = 1 << 20;

    /// <summary>Reads the file as it is now.</summary>
    public static AnswerContent Read(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (info.Length > LargestAnswer)
            {
                return new AnswerContent($"{info.Length} {info.LastWriteTimeUtc:O}", true);
            }

            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new AnswerContent(Convert.ToHexString(SHA256.HashData(stream)), info.Length > 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Missing, locked or forbidden: the check itself tells the learner which.
            return new AnswerContent("", false);
        }
    }
}
