# The dialect `wide` (section 3).

%%{
    machine wide;

    length_high  = any;     # s = 2: what stands before the last byte of NAME_N and SURNAME_N
    key          = "";      # k = 0
    batch_agency = "";      # a = bet: what stands for AGENCY in front of the bets of a batch
    winners_high = any;     # w = 2: what stands before the last byte of N_WINNERS
    receipt      = 0x01;    # r

    include frames "frames.rl";
}%%
