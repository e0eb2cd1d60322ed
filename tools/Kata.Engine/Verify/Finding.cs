namespace Kata.Engine.Verify;

/// <summary>Something that an author must put right.</summary>
/// <param name="File">The file to fix.</param>
/// <param name="Problem">What is wrong with it, in one line.</param>
public sealed record Finding(string File, string Problem);
