namespace Kata.Engine.Progress;

/// <summary>Reads answers as learners leave them: any file, or none.</summary>
public static class AnswerText
{
    private const int LongestAnswer = 1 << 20;

    /// <summary>The text, or null when there is no file, it cannot be read, or it is too long to be an answer.</summary>
    public static string? TryRead(string file)
    {
        try
        {
            var info = new FileInfo(file);
            return info.Exists && info.Length <= LongestAnswer ? File.ReadAllText(file) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
